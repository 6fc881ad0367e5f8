//! What a person must do to use a browser of their own. Never changes anything on the machine itself.

use std::net::SocketAddr;
use std::path::Path;

use super::{Kind, Options, Program, flags};

/// How to point a browser of one's own at `proxy` and make it trust the certificate in `ca_file`, and how to take it out again.
#[must_use]
pub fn instructions(proxy: SocketAddr, ca_file: &Path) -> String {
    let program = Program { path: "chromium".into(), kind: Kind::Chromium, version: String::new() };
    let mut options = Options::new(program, proxy);
    options.no_sandbox = false;
    // What belongs to the recording; the size of a window is the operator's own business.
    let switches: Vec<String> = flags(&options)
        .into_iter()
        .filter(|flag| {
            ["--proxy", "--disable-quic", "--webrtc", "--force-webrtc", "--no-first"].iter().any(|start| flag.starts_with(start))
        })
        .map(|flag| if flag.contains('<') { format!("'{flag}'") } else { flag })
        .collect();
    let (address, port, switches) = (proxy.ip(), proxy.port(), switches.join(" "));
    let ca = quoted(&ca_file.to_string_lossy());
    format!(
        "Use your own browser with a separate profile, so that nothing of your own is recorded.

Proxy: {address}, port {port}, for HTTP and for HTTPS; no exceptions, and no SOCKS.
Certificate of this case: {ca}

Firefox
  1. Open a new profile: firefox --no-remote --profile \"$(mktemp -d)\"
  2. Settings, General, Network Settings: Manual proxy configuration, HTTP Proxy {address}, Port {port}, tick \"Also use this proxy for
     HTTPS\", empty \"No proxy for\".
  3. Settings, Privacy & Security, View Certificates, Authorities, Import: the file above; tick \"Trust this CA to identify websites\".
  4. about:config: network.http.http3.enable = false, media.peerconnection.enabled = false,
     network.proxy.allow_hijacking_localhost = true, network.trr.mode = 5.
     (Neither QUIC nor WebRTC passes a proxy; what goes past it is not recorded.)

Chromium (needs certutil, Debian package libnss3-tools)
  profile=$(mktemp -d) && mkdir -p \"$profile/.pki/nssdb\"
  certutil -N --empty-password -d \"sql:$profile/.pki/nssdb\"
  certutil -A -n dataspoor -t C,, -i {ca} -d \"sql:$profile/.pki/nssdb\"
  HOME=\"$profile\" chromium --user-data-dir=\"$profile/data\" {switches}

Afterwards close the browser and remove the profile (rm -r \"$profile\"). If you imported the certificate into a profile that you keep, remove
it there: whoever holds its key could read what that profile sends.
"
    )
}

/// A path as a POSIX shell reads it back (single quotes; a single quote inside is closed, escaped and opened again).
fn quoted(path: &str) -> String {
    format!("'{}'", path.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_instructions_name_what_is_needed_and_how_it_ends() {
        let text = instructions("127.0.0.1:8123".parse().expect("an address"), Path::new("/a b/it's/ca.pem"));
        for needed in [
            "port 8123",
            r"'/a b/it'\''s/ca.pem'",
            "--proxy-server=http://127.0.0.1:8123 '--proxy-bypass-list=<-loopback>' --disable-quic",
            "libnss3-tools",
            "remove",
        ] {
            assert!(text.contains(needed), "{needed} is not in\n{text}");
        }
        assert!(!text.contains("--no-sandbox"));
    }
}

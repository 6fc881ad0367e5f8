//! `dataspoor key`: what is made, shown and handed out, and that no secret is. The oracle is `openssl pkeyutl`.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use dataspoor::evidence::SigningKeys;

use super::corpus::{run_in, scratch};
use super::time_authority::openssl;

const PASSPHRASE: &str = "four words of some length";

fn private(path: &std::path::Path, text: &str) {
    fs::write(path, text).expect("written");
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).expect("private");
}

#[test]
fn a_key_is_made_once_shown_and_exported() {
    let folder = scratch();
    private(&folder.path().join("word"), &format!("{PASSPHRASE}\nsecond line\n"));
    let new = ["key", "new", "--key", "keys/own.toml", "--passphrase-file", "word"];
    let made = run_in(folder.path(), new);
    assert_eq!(made.code, 0, "{} {}", made.out, made.err);
    let file = folder.path().join("keys/own.toml");
    assert_eq!(fs::metadata(&file).expect("there").permissions().mode() & 0o777, 0o600);
    let text = fs::read_to_string(&file).expect("text");
    assert!(text.contains("format = \"dataspoor-key\"\nversion = 1\n") && !text.contains("four words"), "{text}");
    let again = run_in(folder.path(), new);
    assert!(again.code == 2 && again.err.contains("never replaced") && fs::read_to_string(&file).expect("text") == text, "{}", again.err);
    let show = run_in(folder.path(), ["key", "show", "--key", "keys/own.toml"]);
    let hex = run_in(folder.path(), ["key", "export", "--key", "keys/own.toml", "--form", "hex"]);
    let hex = hex.out.trim();
    assert!(hex.len() == 64 && show.out.contains(hex) && made.out.contains(hex) && show.out.contains("passphrase"), "{}", show.out);
    let pem = run_in(folder.path(), ["key", "export", "--key", "keys/own.toml"]).out;
    fs::write(folder.path().join("signer.pem"), &pem).expect("written");
    let read = openssl(folder.path(), &["pkey", "-pubin", "-in", "signer.pem", "-noout", "-text"]);
    let read: String = String::from_utf8_lossy(&read.stdout).chars().filter(char::is_ascii_hexdigit).collect();
    assert!(read.contains(hex), "{read}");
    let opened = run_in(folder.path(), ["key", "show", "--key", "keys/own.toml", "--open", "--passphrase-file", "word"]);
    assert!(opened.code == 0 && opened.out.contains("opened\tyes"), "{} {}", opened.out, opened.err);
    private(&folder.path().join("wrong"), "another passphrase\n");
    let locked = run_in(folder.path(), ["key", "show", "--key", "keys/own.toml", "--open", "--passphrase-file", "wrong"]);
    assert!(locked.code == 2 && locked.err.contains("does not open") && locked.out.is_empty(), "{} {}", locked.out, locked.err);
    for (change, says) in [
        (&["--passphrase-file", "short"][..], "fewer than 12"),
        (&["--passphrase-file", "open"], "chmod 600"),
        (&["--passphrase-env", "DATASPOOR_NO_SUCH"], "DATASPOOR_NO_SUCH is not set"),
        (&["--to", "age1nonsense"], "no public key of age"),
        (&[], "--passphrase-file"),
    ] {
        private(&folder.path().join("short"), "short\n");
        fs::write(folder.path().join("open"), PASSPHRASE).expect("written");
        let ran = run_in(folder.path(), [&["key", "new", "--key", "other.toml"], change].concat());
        assert!(ran.code == 2 && ran.err.contains(says), "{change:?}: {} {}", ran.out, ran.err);
        assert!(!folder.path().join("other.toml").exists());
    }
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).expect("open");
    let exposed = run_in(folder.path(), ["key", "show", "--key", "keys/own.toml"]);
    assert!(exposed.code == 2 && exposed.err.contains("chmod 600"), "{}", exposed.err);
}

#[test]
fn a_key_lies_in_the_configuration_folder_and_may_be_for_age() {
    let folder = scratch();
    let identity = age::x25519::Identity::generate();
    let to = identity.to_public().to_string();
    let program = env!("CARGO_BIN_EXE_dataspoor");
    let new = Command::new(program).args(["key", "new", "--to", &to]).env("XDG_CONFIG_HOME", folder.path()).output().expect("runs");
    assert!(new.status.success(), "{}", String::from_utf8_lossy(&new.stderr));
    let text = fs::read_to_string(folder.path().join("dataspoor/key.toml")).expect("the key");
    assert!(text.contains(&to), "{text}");
    use age::secrecy::ExposeSecret as _;
    private(&folder.path().join("own"), identity.to_string().expose_secret());
    let key = folder.path().join("dataspoor/key.toml");
    let show = ["key", "show", "--open", "--key", key.to_str().expect("a path")];
    let without = run_in(folder.path(), show);
    assert!(without.code == 2 && without.err.contains("--key-identity"), "{}", without.err);
    let opened = run_in(folder.path(), [&show[..], &["--key-identity", "own"]].concat());
    assert!(opened.code == 0 && opened.out.contains("opened\tyes"), "{} {}", opened.out, opened.err);
}

#[test]
fn openssl_accepts_what_is_signed() {
    let folder = scratch();
    let keys = SigningKeys::from_secrets(&[11; 32], &[12; 48]).expect("keys");
    let at = folder.path();
    fs::write(at.join("seal.json"), "{\"format\":\"dataspoor-seal\"}\n").expect("written");
    fs::write(at.join("seal.ed25519"), keys.sign(&fs::read(at.join("seal.json")).expect("there"))).expect("written");
    fs::write(at.join("signer.pem"), keys.public().to_pem()).expect("written");
    let verify = ["pkeyutl", "-verify", "-pubin", "-inkey", "signer.pem", "-rawin", "-in", "seal.json", "-sigfile", "seal.ed25519"];
    assert!(String::from_utf8_lossy(&openssl(at, &verify).stdout).contains("Verified Successfully"));
    fs::write(at.join("seal.json"), "{\"format\":\"dataspoor-sea1\"}\n").expect("written");
    assert!(!Command::new("openssl").args(verify).current_dir(at).output().expect("runs").status.success());
    // The anonymous form of wacz-auth: a signature over the text of the hash.
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    let signed = keys.sign_wacz("sha256:00ff").expect("signed");
    let raw = STANDARD.decode(&signed.signature).expect("base64");
    let number = |bytes: &[u8]| -> Vec<u8> {
        let bytes = &bytes[bytes.iter().take_while(|&&byte| byte == 0).count()..];
        let sign: &[u8] = if bytes[0] & 0x80 != 0 { &[0] } else { &[] };
        [&[0x02, (bytes.len() + sign.len()) as u8][..], sign, bytes].concat()
    };
    let inside = [number(&raw[..48]), number(&raw[48..])].concat();
    fs::write(at.join("sig.der"), [&[0x30, inside.len() as u8][..], &inside].concat()).expect("written");
    fs::write(at.join("hash"), "sha256:00ff").expect("written");
    fs::write(at.join("wacz.der"), STANDARD.decode(&signed.public_key).expect("base64")).expect("written");
    openssl(at, &["pkey", "-pubin", "-inform", "DER", "-in", "wacz.der", "-out", "wacz.pem"]);
    openssl(at, &["dgst", "-sha256", "-verify", "wacz.pem", "-signature", "sig.der", "hash"]);
}

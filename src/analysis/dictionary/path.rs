//! Paths with what looks like a value left open, so that requests to one endpoint fall together. A guess, and only one about grouping.

/// A segment that looks like a value is at least this long (bytes), unless it is a number.
const SHORTEST_VALUE: usize = 12;

/// Segments that are told apart; what follows is left open.
const SEGMENTS: usize = 8;

/// The path with `*` for every segment that is a number, or long and full of digits or mixed letters.
#[must_use]
pub fn template(path: &str) -> String {
    let mut out = String::with_capacity(path.len().min(120));
    for (index, segment) in path.split('/').enumerate() {
        if index > 0 {
            out.push('/');
        }
        if index > SEGMENTS {
            out.push('*');
            break;
        }
        out.push_str(if is_value(segment) { "*" } else { segment });
    }
    out
}

fn is_value(segment: &str) -> bool {
    let bytes = segment.as_bytes();
    let digits = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
    if !bytes.is_empty() && digits == bytes.len() {
        return true;
    }
    if bytes.len() < SHORTEST_VALUE {
        return false;
    }
    let [lower, upper] = [u8::is_ascii_lowercase, u8::is_ascii_uppercase].map(|is| bytes.iter().any(is));
    bytes.len() > 60 || digits * 4 >= bytes.len() || (digits >= 2 && lower && upper) || segment.contains('%') && digits >= 4
}

#[cfg(test)]
mod tests {
    use super::template;

    #[test]
    fn values_are_left_open() {
        for (path, wanted) in [
            ("/tr/", "/tr/"),
            ("/signals/config/1119126068252786", "/signals/config/*"),
            ("/api/graphql/", "/api/graphql/"),
            ("/ajax/bulk-route-definitions/", "/ajax/bulk-route-definitions/"),
            ("/v/t39.30808-6/309_n.jpg", "/v/t39.30808-6/309_n.jpg"),
            ("/rsrc.php/v3/yK/r/0aBcD3fGhIjKlM.js", "/rsrc.php/v3/yK/r/*"),
            ("/v19.0/plugins/page.php", "/v19.0/plugins/page.php"),
            ("/123e4567-e89b-12d3-a456-426614174000/x", "/*/x"),
            ("/a/b/c/d/e/f/g/h/i/j", "/a/b/c/d/e/f/g/h/*"),
            ("", ""),
        ] {
            assert_eq!(template(path), wanted, "{path}");
        }
    }
}

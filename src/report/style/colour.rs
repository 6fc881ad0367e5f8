//! The one colour of a house style, and whether it can be read.

use std::fmt;

/// A colour of sRGB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour([u8; 3]);

/// The least contrast of text with its ground (WCAG 2.2, 1.4.3).
const LEAST: f64 = 4.5;

/// The darkest ground of the page on which text in the colour stands: the row that a link led to.
const SHADED: Colour = Colour([0xe4, 0xed, 0xf7]);

const WHITE: Colour = Colour([0xff; 3]);

impl Colour {
    /// Reads `#154273`.
    ///
    /// # Errors
    ///
    /// It is written otherwise, or cannot be read on white. The text says what to do.
    pub fn parse(text: &str) -> Result<Self, String> {
        let hex = text.strip_prefix('#').filter(|hex| hex.len() == 6 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let part = |at: usize| hex.and_then(|hex| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok());
        let (Some(red), Some(green), Some(blue)) = (part(0), part(2), part(4)) else {
            return Err(format!("`colour` is {text:?}; write six hexadecimal digits behind a number sign, as `colour = \"#154273\"`"));
        };
        let colour = Self([red, green, blue]);
        let contrast = colour.contrast(WHITE);
        if contrast < LEAST {
            // Cut, not rounded: 4.49 must not be printed as 4.5.
            let cut = (contrast * 100.0).floor() / 100.0;
            return Err(format!(
                "`colour` {colour} has a contrast of {cut:.2} : 1 with white; at least {LEAST} : 1 is needed to be read (WCAG 2.2, 1.4.3): choose a darker one"
            ));
        }
        Ok(colour)
    }

    /// Whether text in the colour can be read on the shaded rows of tables too.
    pub(in crate::report) fn is_read_on_shade(self) -> bool {
        self.contrast(SHADED) >= LEAST
    }

    /// WCAG 2.2, "relative luminance".
    fn luminance(self) -> f64 {
        let linear = |value: u8| {
            let value = f64::from(value) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        let [red, green, blue] = self.0.map(linear);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// WCAG 2.2, "contrast ratio".
    fn contrast(self, other: Self) -> f64 {
        let (one, other) = (self.luminance(), other.luminance());
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(out, "#{red:02x}{green:02x}{blue:02x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The two greys on both sides of the bound are known from WCAG's own examples: #767676 (4.54) and #777777 (4.48).
    #[test]
    fn what_can_be_read() {
        assert_eq!(Colour::parse("#767676").map(|colour| colour.to_string()), Ok("#767676".to_owned()));
        let refused = Colour::parse("#777777").expect_err("too light");
        assert!(refused.contains("#777777 has a contrast of 4.47 : 1") && refused.contains("darker"), "{refused}");
        assert!((Colour([0; 3]).contrast(WHITE) - 21.0).abs() < 1e-9);
        assert!(Colour([0x15, 0x42, 0x73]).is_read_on_shade() && !Colour([0x76; 3]).is_read_on_shade());
        for wrong in ["", "blue", "#12345", "#1234567", "#12345g", "123456", "#+12345", "#ééé"] {
            assert!(Colour::parse(wrong).expect_err("no colour").contains("six hexadecimal digits"), "{wrong}");
        }
    }
}

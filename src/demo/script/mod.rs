//! The built-in visitor, for machines without a browser: walks through [`super::plan::PLAN`] over real connections and sends what the scripts
//! of the world's pages would send. It is no browser, runs no script of a page, and says in its User-Agent what it is.

mod behaviour;
mod jar;
mod lines;
mod visitor;

use std::io;
use std::net::SocketAddr;

use super::plan::{PLAN, Step};
use crate::model::{Mark, MarkKind, SaidBy};
#[cfg(test)]
pub(super) use lines::Lines;
pub use lines::Route;
use visitor::Visitor;

/// Walks through the plan by way of the HTTP proxy at `proxy`, trusting the authority in `authority_pem` and no other. `on_mark` is called
/// before the step that a mark belongs to.
///
/// # Errors
/// If a connection, an exchange or a step fails; the message names the address or the step.
pub async fn visit(proxy: SocketAddr, authority_pem: &str, on_mark: impl FnMut(Mark)) -> io::Result<()> {
    visit_by(Route::Proxy(proxy), authority_pem, on_mark).await
}

/// The same by any [`Route`].
///
/// # Errors
/// As for [`visit`].
pub async fn visit_by(route: Route, authority_pem: &str, mut on_mark: impl FnMut(Mark)) -> io::Result<()> {
    let mut mark = |kind, text: &str| on_mark(Mark { kind, said_by: SaidBy::Script, text: text.to_owned() });
    let mut visitor = Visitor::new(route, authority_pem)?;
    for step in PLAN {
        match *step {
            Step::Profile(name) => {
                visitor.close().await?;
                visitor = Visitor::new(route, authority_pem)?;
                mark(MarkKind::FreshProfile, name);
            }
            Step::Mark(text) => mark(MarkKind::Note, text),
            Step::Open(url) => visitor.open(url, None).await?,
            Step::WaitFor(css) => visitor.expect(css)?,
            Step::Click(css) => visitor.click(css).await?,
            Step::Choice { css, text } => {
                visitor.expect_text(css, text)?;
                mark(MarkKind::Choice, text);
                visitor.click(css).await?;
            }
            Step::Fill { css, text } => visitor.fill(css, text)?,
            Step::Scroll => visitor.scroll().await?,
            Step::Settle(moments) => visitor.expect_settled(moments)?,
        }
    }
    visitor.close().await
}

//! Tests

#[test]
fn look() {
    let Ok(from) = std::env::var("LOOK") else { return };
    let html = std::fs::read_to_string(&from).unwrap();
    let document = crate::report::document::Document::of_page(&html).unwrap();
    let begin = std::time::Instant::now();
    let pdf = super::render(&document, &[], None);
    eprintln!("{:?}", begin.elapsed());
    match pdf {
        Ok(pdf) => std::fs::write(std::env::var("TO").unwrap(), pdf).unwrap(),
        Err(error) => panic!("{error}"),
    }
}

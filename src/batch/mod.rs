//! Many recordings: one after the other on each core, bounded memory, and one bad file never stops the rest.

mod beside;
mod beside_rows;
mod compared;
mod export;
mod house;
mod judge;
mod linked;
mod output;
mod remake;
mod replay;
mod report;
mod rule_change;
mod spool;
mod summary;
mod verify;
mod work;

pub use beside::{BESIDE_KIND, FieldKey, FieldValues, SHORTEST_COMPARED, Shown, Tested, netlog_traffic, shown};
pub use beside_rows::{Answer, answer as answer_table, control as control_table, statements as statement_rows};
pub use compared::{CASE_ANNEX_FOLDER, COMPARISON_FOLDER, write_comparison};
pub use export::{
    ExportError, ExportOptions, Exported, Masked, curl as export_curl, har as export_har, warc as export_warc, wec as export_wec,
};
pub use house::{STYLE_FILE, load_style};
pub use judge::{
    ASSESSMENT_FILE, IDLE_REQUESTS, Inputs, Options, PAGE_IDS, PAGE_NAMES, PLATFORM_SITES, RISKS_FILE, Recorded, Replayed, SIMULATED_SEEDS,
    Subject, conclude, conclude_report, open_output,
};
pub use linked::{LINKAGE_FOLDER, Linked};
pub use output::{MANIFEST_FILE, OutputFolder, folder_names};
pub use remake::{OfCase, remake, verify_rederivation};
pub use replay::{Loaded, ReplayError, inspect, load, recorded, replay, replay_into, replay_report};
pub use report::{Form, ParseFormError};
pub use rule_change::{RuleChange, rule_change};
pub use spool::FileSpool;
pub use verify::{Check, Verdict, verify_file, verify_folder, verify_head};
pub use work::for_each;

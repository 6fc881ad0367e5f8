//! Tables as Parquet (Apache Parquet format 2), one file for each table: columns with their types, for programs that read the tables of many recordings.
//! Texts stand as they were recorded, whatever characters they hold. What the file is stands in its metadata.

use parquet::basic::{Compression, GzipLevel, LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::{Type, TypePtr};

use super::model::Report;
use super::model::comparison::Comparison;
use super::origin::Origin;
use super::table::{Cell, Column, Kind, Table};
use super::tables;
use crate::model::Timestamp;

/// Rows of a group. A reader holds a group in memory.
const GROUP: usize = 1 << 16;

/// Name and bytes of the file of every table of an annex.
///
/// # Errors
///
/// A cell is not what its column says, or a file cannot be written: a mistake in the program.
pub fn render(report: &Report) -> Result<Vec<(String, Vec<u8>)>, ParquetError> {
    files(&Origin::of_annex(report), &tables::of_annex(report))
}

/// Name and bytes of the file of every table of a comparison.
///
/// # Errors
///
/// As [`render`].
pub fn render_comparison(comparison: &Comparison) -> Result<Vec<(String, Vec<u8>)>, ParquetError> {
    files(&Origin::of_comparison(comparison), &tables::comparison::tables(comparison))
}

fn files(origin: &Origin, tables: &[Table]) -> Result<Vec<(String, Vec<u8>)>, ParquetError> {
    tables.iter().map(|table| Ok((format!("{}.parquet", table.name), file(origin, table)?))).collect()
}

fn file(origin: &Origin, table: &Table) -> Result<Vec<u8>, ParquetError> {
    if let Some((row, column)) = table.strange_cell() {
        let (name, kind) = (column.name, column.kind);
        return Err(ParquetError::General(format!("table {}, row {row}, column {name}: the cell is not {kind:?}", table.name)));
    }
    let fields = table.columns.iter().map(|column| field(*column)).collect::<Result<_, _>>()?;
    let schema: TypePtr = Type::group_type_builder("table").with_fields(fields).build()?.into();
    let properties = WriterProperties::builder()
        .set_created_by(format!("{} {}", super::TOOL, super::TOOL_VERSION))
        .set_compression(Compression::GZIP(GzipLevel::default()))
        .set_key_value_metadata(Some(metadata(origin, table)))
        .build();
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, properties.into())?;
    for rows in table.rows.chunks(GROUP) {
        let mut group = writer.next_row_group()?;
        for (at, column) in table.columns.iter().enumerate() {
            let Some(mut to) = group.next_column()? else { break };
            write(&mut to, column.kind, rows.iter().map(|row| &row[at]))?;
            to.close()?;
        }
        group.close()?;
    }
    writer.into_inner()
}

/// What the file is, under names that no other program uses.
fn metadata(origin: &Origin, table: &Table) -> Vec<KeyValue> {
    let entry = |name: &str, value: String| KeyValue::new(format!("dataspoor.{name}"), value);
    let mut out = vec![
        entry("format", origin.format.to_owned()),
        entry("version", origin.version.to_string()),
        entry("table", table.name.to_owned()),
        entry("simulated", origin.simulated.to_string()),
    ];
    out.extend(origin.notice().map(|notice| entry("notice", notice.to_owned())));
    out.extend(origin.facts.iter().map(|(fact, said)| entry(fact, said.clone())));
    out.extend(origin.style.iter().map(|(id, said)| entry(&format!("style_{id}"), said.clone())));
    out
}

fn field(column: Column) -> Result<TypePtr, ParquetError> {
    let (physical, logical) = match column.kind {
        Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Kind::Whole => (Physical::INT64, None),
        Kind::Decimal => (Physical::DOUBLE, None),
        Kind::Time => (Physical::INT64, Some(LogicalType::timestamp(true, TimeUnit::MILLIS))),
        Kind::Flag => (Physical::BOOLEAN, None),
    };
    let field = Type::primitive_type_builder(column.name, physical).with_repetition(Repetition::OPTIONAL).with_logical_type(logical);
    Ok(field.build()?.into())
}

/// Writes a column; cells that are empty are null.
fn write<'c>(to: &mut SerializedColumnWriter<'_>, kind: Kind, cells: impl Iterator<Item = &'c Cell>) -> Result<(), ParquetError> {
    match kind {
        Kind::Text => typed::<ByteArrayType>(to, cells, |cell| match cell {
            Cell::Text(text) => Some(ByteArray::from(text.as_str())),
            _ => None,
        }),
        Kind::Whole => typed::<Int64Type>(to, cells, |cell| match cell {
            Cell::Whole(number) => i64::try_from(*number).ok(),
            _ => None,
        }),
        Kind::Decimal => typed::<DoubleType>(to, cells, |cell| cell.to_text().parse().ok()),
        Kind::Time => {
            typed::<Int64Type>(to, cells, |cell| Timestamp::parse(&cell.to_text()).map(|time| time.as_nanoseconds().div_euclid(1_000_000)))
        }
        Kind::Flag => typed::<BoolType>(to, cells, |cell| match cell {
            Cell::Flag(flag) => Some(*flag),
            _ => None,
        }),
    }
}

fn typed<'c, T: DataType>(
    to: &mut SerializedColumnWriter<'_>,
    cells: impl Iterator<Item = &'c Cell>,
    value: impl Fn(&Cell) -> Option<T::T>,
) -> Result<(), ParquetError> {
    let (mut values, mut levels) = (Vec::new(), Vec::new());
    for cell in cells {
        let value = value(cell);
        if value.is_none() && *cell != Cell::Empty {
            return Err(ParquetError::General(format!("a cell does not fit into its column: {}", cell.to_text())));
        }
        levels.push(i16::from(value.is_some()));
        values.extend(value);
    }
    to.typed::<T>().write_batch(&values, Some(&levels), None)?;
    Ok(())
}

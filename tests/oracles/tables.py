"""Tables as other people's programs read them, without any code of dataspoor. Prints JSON.

tables.py csv FILE...             Python's own reader of CSV, strict: rows by file name
tables.py xlsx FILE               openpyxl: cells by sheet, and what a sheet must have and must not have
tables.py schema SCHEMA ANNEX...  jsonschema, Draft 2020-12: what does not hold to the schema, by file
tables.py parquet FILE...         pyarrow: schema, metadata and rows by file name
"""

import csv
import json
import sys
from pathlib import Path


def read_csv(paths):
    csv.field_size_limit(1 << 30)
    out = {}
    for path in paths:
        with open(path, newline="", encoding="utf-8") as file:
            out[Path(path).name] = list(csv.reader(file, strict=True))
        data = Path(path).read_bytes()
        # RFC 4180: every record ends with CRLF; no byte order mark, which would stand in the name of the first column.
        if not data.endswith(b"\r\n") or data.startswith(b"\xef\xbb\xbf"):
            raise SystemExit(f"{path}: does not end with CRLF, or begins with a byte order mark")
    return out


def read_xlsx(path):
    import openpyxl

    book = openpyxl.load_workbook(path)
    sheets = {}
    for sheet in book.worksheets:
        cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
        kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
        links = [
            [cell.coordinate, cell.hyperlink.location, cell.hyperlink.target] for row in sheet.iter_rows() for cell in row if cell.hyperlink is not None
        ]
        heads = sheet[4] if sheet.max_row >= 4 else []
        sheets[sheet.title] = {
            "cells": cells,
            "kinds": sorted(kinds),
            "links": links,
            "frozen": sheet.freeze_panes,
            "filter": sheet.auto_filter.ref,
            "bold": all(cell.font.b for cell in heads if cell.value is not None),
            "header": sheet.oddHeader.center.text,
            "footer": sheet.oddFooter.right.text,
            "widths": [sheet.column_dimensions[letter].width for letter in ("A", "B")],
            "repeated": sheet.print_title_rows,
            "area": sheet.print_area,
            "across": [sheet.page_setup.orientation, sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToHeight],
        }
    properties = book.properties
    return {
        "sheets": sheets,
        "order": book.sheetnames,
        "title": properties.title,
        "created": properties.created.isoformat(),
        "comment": properties.description,
        "custom": {each.name: each.value for each in book.custom_doc_props.props},
        "names": list(book.defined_names),
    }


def check_schema(schema_path, paths):
    import jsonschema

    schema = json.loads(Path(schema_path).read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    out = {}
    for path in paths:
        annex = json.loads(Path(path).read_text(encoding="utf-8"))
        errors = sorted(validator.iter_errors(annex), key=lambda error: error.json_path)
        out[path] = [f"{error.json_path}: {error.message[:300]}" for error in errors[:20]]
    # A schema that lets everything through would find nothing either.
    annex["recipients"] = "none"
    annex["something_else"] = 1
    out["spoilt"] = sorted(error.json_path for error in validator.iter_errors(annex))
    return out


def read_parquet(paths):
    import pyarrow.parquet

    out = {}
    for path in paths:
        file = pyarrow.parquet.ParquetFile(path)
        table = file.read()
        rows = []
        for batch in table.to_batches():
            for row in batch.to_pylist():
                rows.append([value.isoformat(timespec="milliseconds") if hasattr(value, "isoformat") else value for value in row.values()])
        out[Path(path).name] = {
            "columns": {field.name: str(field.type) for field in table.schema},
            "metadata": {key.decode(): value.decode() for key, value in (file.metadata.metadata or {}).items() if key.startswith(b"dataspoor.")},
            "made_by": file.metadata.created_by,
            "rows": rows,
        }
    return out


def main():
    what, paths = sys.argv[1], sys.argv[2:]
    if what == "csv":
        result = read_csv(paths)
    elif what == "xlsx":
        result = read_xlsx(paths[0])
    elif what == "schema":
        result = check_schema(paths[0], paths[1:])
    elif what == "parquet":
        result = read_parquet(paths)
    else:
        raise SystemExit(__doc__)
    json.dump(result, sys.stdout)


main()

"""Fill a PDF form from a JSON file of field names and values."""
import json
import sys

from pypdf import PdfReader, PdfWriter


def main(form: str, values: str, out: str) -> None:
    writer = PdfWriter(clone_from=PdfReader(form))
    with open(values, encoding="utf-8") as f:
        fields = json.load(f)
    for page in writer.pages:
        writer.update_page_form_field_values(page, fields)
    writer.write(out)


if __name__ == "__main__":
    main(*sys.argv[1:4])

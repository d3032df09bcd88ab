"""Holds files of a publication against the schema: schema.py SCHEMA PART=FILE…

PART is a name under "$defs"; every way in which a file differs is printed, and ends it with an error.
"""

import json
import sys
from pathlib import Path

from jsonschema import Draft202012Validator

schema = json.loads(Path(sys.argv[1]).read_text())
Draft202012Validator.check_schema(schema)
wrong = 0
for asked in sys.argv[2:]:
    part, name = asked.split("=", 1)
    validator = Draft202012Validator({**schema, "$ref": "#/$defs/" + part})
    for error in validator.iter_errors(json.loads(Path(name).read_text())):
        wrong += 1
        print(f"{part} {name}: {error.json_path}: {error.message[:300]}")
sys.exit(1 if wrong else 0)

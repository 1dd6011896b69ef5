"""Reads the price data of a genai-prices wheel as JSON: `python3 read.py FILE.whl`.

The data are Python source that calls constructors. It is parsed and never run, so that nothing downloaded is executed and
a price stays the decimal that it was written as.
"""

import ast
import json
import re
import sys
import zipfile

# Texts that the table has no use for, and the readers of responses, which Heliograph has its own of.
LEFT_OUT = {"extractors", "description", "price_comments", "pricing_urls", "api_pattern", "context_window", "name"}


def plain(node):
    match node:
        case ast.Constant(value):
            return value
        case ast.List(elements):
            return [plain(element) for element in elements]
        case ast.Dict(keys, values):
            return {plain(key): plain(value) for key, value in zip(keys, values)}
        case ast.Call(ast.Name("Decimal"), [ast.Constant(text)], []):
            return text
        case ast.Call(ast.Attribute(_, "date"), parts, []):
            year, month, day = map(plain, parts)
            return f"{year:04d}-{month:02d}-{day:02d}"
        case ast.Call(ast.Attribute(_, "time"), parts, zone):
            if any(ast.unparse(word.value) not in ("datetime.UTC", "datetime.timezone.utc") for word in zone):
                raise ValueError(f"a time of day that is not UTC: {ast.unparse(node)}")
            hour, minute, second = [*map(plain, parts), 0, 0][:3]
            return f"{hour:02d}:{minute:02d}:{second:02d}"
        case ast.Call(ast.Name(name), [], keywords):
            fields = {word.arg.rstrip("_"): plain(word.value) for word in keywords if word.arg not in LEFT_OUT}
            return fields if name in ("Provider", "ModelInfo", "ModelPrice") else {"is": name, **fields}
    raise ValueError(f"line {node.lineno}: not understood: {ast.unparse(node)[:80]}")


def value_of(source, name):
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.AnnAssign) and ast.unparse(statement.target) == name:
            return plain(statement.value)
    raise ValueError(f"there is no {name}")


def main(path):
    with zipfile.ZipFile(path) as wheel:
        names = wheel.namelist()
        metadata = wheel.read(next(name for name in names if name.endswith(".dist-info/METADATA"))).decode()
        licence = next(name for name in names if re.search(r"\.dist-info/licenses/LICENSE$", name))
        json.dump(
            {
                "version": re.search(r"^Version: (\S+)$", metadata, re.MULTILINE)[1],
                "licence": wheel.read(licence).decode(),
                "units": value_of(wheel.read("genai_prices/data_units.py").decode(), "unit_data"),
                "providers": value_of(wheel.read("genai_prices/data.py").decode(), "providers"),
            },
            sys.stdout,
        )


main(sys.argv[1])

"""ID mapping by the documented semantics, record by record, for docs/febrl.md: nothing of it is the engine's.

Takes as JSON the files and their fields, with one field or one group for each match key, and mappings of them. Prints for each mapping its pairs as
lines sourceId,targetId,ruleName, by source id.
"""

import csv
import json
import sys
import unicodedata

PARTS = ["NAME_FIRST", "NAME_MIDDLE", "NAME_LAST", "ADDRESS_STREET1", "ADDRESS_STREET2", "ADDRESS_STREET3", "ADDRESS_CITY"]

WORDS = {"north": "n", "south": "s", "east": "e", "west": "w", "no": "number", "num": "number", "parks": "park"}
for short, long in {
    "ave": "avenue", "cir": "circle", "cirs": "circles", "ct": "court", "ctr": "centre center", "dr": "drive", "fwy": "freeway frwy",
    "hwy": "highway", "ln": "lane", "pkwy": "parkways parkway parkwy pky pkway pkwys", "pl": "place", "plz": "plaza plza", "rd": "road",
    "sq": "square squ sqr", "st": "street str", "blvd": "bouled",
}.items():
    WORDS.update(dict.fromkeys(long.split(), short))


def plain(text):
    return "".join(c for c in unicodedata.normalize("NFD", text.strip().lower()) if not unicodedata.combining(c))


def name(text):
    return "".join(c for c in plain(text) if "a" <= c <= "z")


def address(text):
    for delimiter in "[],./-":
        text = text.replace(delimiter, " ")
    return " ".join(WORDS.get(word, word) for word in plain(text.replace("#", " number ")).split())


def value(record, fields):
    """The value of a match key: its only field as it is, or its group, concatenated and normalized."""
    if "groupName" not in fields[0]:
        text = record[fields[0]["fieldName"]]
        return text if text.strip() else None
    parts = [record[f["fieldName"]].strip() for f in sorted(fields, key=lambda f: PARTS.index(f["type"]))]
    normalize = {"NAME": name, "ADDRESS": address}[fields[0]["type"].split("_")[0]]
    return normalize(" ".join(filter(None, parts))) or None


def records(file, fields):
    """For each id, in their order, the values of the match keys."""
    by_key = {}
    for field in fields:
        by_key.setdefault(field.get("matchKey"), []).append(field)
    unique_id = by_key.pop(None)[0]["fieldName"]
    with open(file, newline="", encoding="utf-8") as lines:
        found = {row[unique_id]: {key: value(row, own) for key, own in by_key.items()} for row in csv.DictReader(lines)}
    return dict(sorted(found.items()))


def pairs_of(mapping, sources, targets):
    pairs = {}
    taken = set()
    for rule in mapping["rules"]:
        by_values = {}
        for target_id, target in targets.items():
            by_values.setdefault(tuple(target[key] for key in rule["matchingKeys"]), []).append(target_id)
        for source_id, source in sources.items():
            values = tuple(source[key] for key in rule["matchingKeys"])
            if source_id in pairs or None in values:
                continue
            for target_id in by_values.get(values, ()):
                if mapping["recordMatchingModel"] == "MANY_SOURCE_TO_ONE_TARGET" or target_id not in taken:
                    pairs[source_id] = (target_id, rule["ruleName"])
                    taken.add(target_id)
                    break
    return [",".join((source_id, *pair)) for source_id, pair in sorted(pairs.items())]


def main(given):
    sources, targets = (records(given[side], given["fields"]) for side in ("source", "target"))
    print(json.dumps([pairs_of(mapping, sources, targets) for mapping in given["mappings"]]))


main(json.loads(sys.argv[1]))

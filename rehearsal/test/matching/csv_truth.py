"""Prints how many records a CSV file has, and a digest of their values: the truth about a file that the tests have generated, by another reader."""
import csv
import hashlib
import sys

csv.field_size_limit(sys.maxsize)
count = digest = 0
with open(sys.argv[1], newline="", encoding="utf-8-sig") as file:
    records = csv.reader(file, strict=True)
    next(records)
    for record in records:
        count += 1
        digest += int.from_bytes(hashlib.md5("\0".join(record).encode()).digest(), "little") % 1000000007
print(count, digest)

"""The mapping by Splink: deterministic_link on DuckDB, the same normalization, the same rules. Prints seconds and peak memory in MiB as JSON."""

import json
import resource
import sys
import time

import duckdb
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

source, target, pairs = sys.argv[1:]
start = time.perf_counter()
connection = duckdb.connect(config={"threads": 2})
for name, file in (("source", source), ("target", target)):
    connection.execute(f"""
        CREATE TABLE {name} AS SELECT id, birth,
            nullif(regexp_replace(strip_accents(lower(first_name)), '[^a-z]', '', 'g'), '') AS first_name,
            nullif(regexp_replace(strip_accents(lower(last_name)), '[^a-z]', '', 'g'), '') AS last_name,
            nullif(ltrim(regexp_replace(phone, '[^0-9]', '', 'g'), '0'), '') AS phone,
            nullif(regexp_replace(replace(split_part(split_part(plain, '@', 1), '+', 1), '.', '') || '@' || domain, '[^a-z0-9.@-]', '', 'g'), '@') AS email
        FROM (SELECT *, strip_accents(lower(trim(email))) AS plain,
                CASE split_part(plain, '@', 2) WHEN 'googlemail.com' THEN 'gmail.com' ELSE split_part(plain, '@', 2) END AS domain
            FROM read_csv('{file}', all_varchar = true))""")
api = DuckDBAPI(connection)
settings = SettingsCreator(
    link_type="link_only",
    unique_id_column_name="id",
    blocking_rules_to_generate_predictions=[
        block_on("email"),
        block_on("phone", "last_name"),
        block_on("first_name", "last_name", "birth"),
    ],
)
linker = Linker([api.register("source", dataset_display_name="source"), api.register("target", dataset_display_name="target")], settings)
linked = linker.inference.deterministic_link()
connection.execute(f"COPY (SELECT id_l, id_r, match_key FROM {linked.physical_name}) TO '{pairs}' (HEADER)")
print(json.dumps({"seconds": time.perf_counter() - start, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))

"""How much of tables and B-tree indexes is empty: pages they have, less pages that their rows need.

An estimate of our own, from the layout of a page: https://www.postgresql.org/docs/current/storage-page-layout.html
A row of a table takes a line pointer (4 bytes) and a header (24) besides its columns, whose widths `pg_stats` has
since the last analyze; of an index, 4 and 8. Rows are aligned to 8 bytes; a page begins with 24 bytes, that of a B-tree
ends with 16 more, and is filled as far as `fillfactor` says (90 % of a B-tree). It knows nothing of rows that were
compressed, of deduplicated index entries and of expressions, so watch how it changes rather than what it is. A table
that was never analyzed, or whose columns our role may not see, has no figure.
"""

from typing import Final

from exporter.postgres.query import Query, gauge
from exporter.postgres.tables import CHOSEN, INDEX_LABELS, LABELS

_BLOCK: Final = "current_setting('block_size')::float"

_TABLES: Final = f"""{CHOSEN},
widths AS (
  SELECT c.oid, c.nspname, c.relname, r.reltuples, r.relpages,
    coalesce((SELECT option_value::float FROM pg_options_to_table(r.reloptions) WHERE option_name = 'fillfactor'), 100)
      AS filled,
    sum((1 - s.null_frac) * s.avg_width) AS width, count(s.attname) AS known,
    (SELECT count(*) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns
  FROM chosen c JOIN pg_class r ON r.oid = c.oid
  LEFT JOIN pg_stats s ON s.schemaname = c.nspname AND s.tablename = c.relname AND NOT s.inherited
  WHERE r.relkind IN ('r', 'm') AND r.reltuples > 0
  GROUP BY c.oid, c.nspname, c.relname, r.reltuples, r.relpages, r.reloptions)
SELECT current_database() AS datname, nspname AS schemaname, relname,
  greatest(0, relpages - ceil(reltuples / greatest(1,
    floor(({_BLOCK} - 24) * filled / 100 / (4 + 24 + 8 * ceil(width / 8)))))) * {_BLOCK} AS bytes
FROM widths WHERE known = columns"""  # noqa: S608  # constants

_INDEXES: Final = f"""{CHOSEN},
widths AS (
  SELECT c.nspname, c.relname, r.relname AS indexrelname, r.reltuples, r.relpages,
    coalesce((SELECT option_value::float FROM pg_options_to_table(r.reloptions) WHERE option_name = 'fillfactor'), 90)
      AS filled,
    sum((1 - s.null_frac) * s.avg_width) AS width, count(s.attname) AS known, i.indnatts AS columns
  FROM chosen c JOIN pg_index i ON i.indrelid = c.oid JOIN pg_class r ON r.oid = i.indexrelid
  JOIN pg_am m ON m.oid = r.relam AND m.amname = 'btree'
  LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey)
  LEFT JOIN pg_stats s ON s.schemaname = c.nspname AND s.tablename = c.relname AND s.attname = a.attname
    AND NOT s.inherited
  WHERE r.reltuples > 0 AND i.indisvalid
  GROUP BY c.nspname, c.relname, r.oid, r.relname, r.reltuples, r.relpages, r.reloptions, i.indnatts)
SELECT current_database() AS datname, nspname AS schemaname, relname, indexrelname,
  greatest(0, relpages - 1 - ceil(reltuples / greatest(1,
    floor(({_BLOCK} - 24 - 16) * filled / 100 / (4 + 8 + 8 * ceil(width / 8)))))) * {_BLOCK} AS bytes
FROM widths WHERE known = columns"""  # noqa: S608  # constants

QUERIES: Final = (
    Query(
        "bloat",
        _TABLES,
        (gauge("bytes", "watchspec_postgres_table_bloat_bytes", "Empty space of the table, estimated, in bytes."),),
        LABELS,
        tables=True,
    ),
    Query(
        "bloat",
        _INDEXES,
        (gauge("bytes", "watchspec_postgres_index_bloat_bytes", "Empty space of the index, estimated, in bytes."),),
        INDEX_LABELS,
        tables=True,
    ),
)

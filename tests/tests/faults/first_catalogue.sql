-- The tables of catalogue.db as the first released version made them, with rows. Frozen: phones have such files.
CREATE TABLE catalogue (
    generation INTEGER NOT NULL           -- counts up with every change
) STRICT;
INSERT INTO catalogue VALUES (1);

CREATE TABLE publication (
    row       INTEGER PRIMARY KEY,
    id        TEXT NOT NULL UNIQUE,
    source    TEXT NOT NULL,              -- the address that is followed
    version   INTEGER NOT NULL,
    built     TEXT NOT NULL,
    publisher TEXT NOT NULL,              -- JSON
    places    INTEGER NOT NULL DEFAULT 0,
    panels    INTEGER NOT NULL DEFAULT 0,
    trails    INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE pack (
    row         INTEGER PRIMARY KEY,
    publication INTEGER NOT NULL REFERENCES publication ON DELETE CASCADE,
    id          TEXT NOT NULL,
    hash        TEXT NOT NULL,
    entry       TEXT NOT NULL,            -- JSON
    UNIQUE (publication, id)
) STRICT;

CREATE TABLE pack_blob (
    pack     INTEGER NOT NULL REFERENCES pack ON DELETE CASCADE,
    hash     TEXT NOT NULL,
    bytes    INTEGER NOT NULL,
    medium   TEXT NOT NULL,
    language TEXT,
    PRIMARY KEY (pack, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE record (
    row         INTEGER PRIMARY KEY,
    publication INTEGER NOT NULL REFERENCES publication ON DELETE CASCADE,
    id          TEXT NOT NULL,
    kind        TEXT NOT NULL,
    shown_from  TEXT,                     -- ISO 8601 date; NULL: never
    replaced_by TEXT,                     -- of a tombstone
    body        TEXT NOT NULL,            -- JSON as received
    UNIQUE (publication, id)
) STRICT;
CREATE INDEX record_id ON record (id);
CREATE INDEX record_kind ON record (publication, kind, shown_from);

-- A record lives as long as one pack holds it.
CREATE TABLE pack_record (
    record INTEGER NOT NULL REFERENCES record ON DELETE CASCADE,
    pack   INTEGER NOT NULL REFERENCES pack ON DELETE CASCADE,
    PRIMARY KEY (record, pack)
) STRICT, WITHOUT ROWID;
CREATE INDEX pack_record_pack ON pack_record (pack);

CREATE TABLE alias (
    alias       TEXT NOT NULL,
    record      INTEGER NOT NULL REFERENCES record ON DELETE CASCADE,
    publication INTEGER NOT NULL,
    PRIMARY KEY (alias, record)
) STRICT, WITHOUT ROWID;
CREATE INDEX alias_record ON alias (record);

-- Which records of a kind name which id: shootings of a film, panels of a place.
CREATE TABLE reference (
    publication INTEGER NOT NULL,
    target      TEXT NOT NULL,
    kind        TEXT NOT NULL,
    record      INTEGER NOT NULL REFERENCES record ON DELETE CASCADE,
    PRIMARY KEY (publication, target, kind, record)
) STRICT, WITHOUT ROWID;
CREATE INDEX reference_record ON reference (record);

CREATE TABLE place (
    record     INTEGER PRIMARY KEY REFERENCES record ON DELETE CASCADE,
    lat_deg    REAL NOT NULL,
    lon_deg    REAL NOT NULL,
    shown_from TEXT
) STRICT;

-- Panel codes and old codes, without hyphens, upper case.
CREATE TABLE code (
    code   TEXT NOT NULL,
    record INTEGER NOT NULL REFERENCES record ON DELETE CASCADE,
    PRIMARY KEY (code, record)
) STRICT, WITHOUT ROWID;
CREATE INDEX code_record ON code (record);

-- Codes of packs that are not on this phone.
CREATE TABLE code_elsewhere (
    code        TEXT NOT NULL,
    publication INTEGER NOT NULL REFERENCES publication ON DELETE CASCADE,
    pack        TEXT NOT NULL,
    PRIMARY KEY (code, publication)
) STRICT, WITHOUT ROWID;
CREATE INDEX code_elsewhere_publication ON code_elsewhere (publication);

CREATE TABLE notice (
    row         INTEGER PRIMARY KEY,
    publication INTEGER NOT NULL REFERENCES publication ON DELETE CASCADE,
    record      INTEGER REFERENCES record ON DELETE CASCADE, -- NULL: came apart from the packs
    target      TEXT NOT NULL,            -- 'place:ID', 'trail:ID', 'commune:INSEE'
    from_day    TEXT,
    until_day   TEXT,
    body        TEXT NOT NULL
) STRICT;
CREATE INDEX notice_target ON notice (publication, target);
CREATE INDEX notice_record ON notice (record);

-- What can be searched for: one row for each different wording.
CREATE TABLE entry (
    row    INTEGER PRIMARY KEY,
    record INTEGER NOT NULL REFERENCES record ON DELETE CASCADE,
    field  TEXT NOT NULL,                 -- 'title', 'address', 'story'
    folded TEXT NOT NULL
) STRICT;
CREATE INDEX entry_record ON entry (record);
CREATE VIRTUAL TABLE entry_text USING fts5 (
    folded, content = 'entry', content_rowid = 'row', tokenize = 'trigram case_sensitive 1'
);
CREATE TRIGGER entry_added AFTER INSERT ON entry BEGIN
    INSERT INTO entry_text (rowid, folded) VALUES (new.row, new.folded);
END;
CREATE TRIGGER entry_removed AFTER DELETE ON entry BEGIN
    INSERT INTO entry_text (entry_text, rowid, folded) VALUES ('delete', old.row, old.folded);
END;

-- The words of titles, for searches of one or two letters, which have no trigram.
CREATE TABLE word (
    word   TEXT NOT NULL,
    entry  INTEGER NOT NULL REFERENCES entry ON DELETE CASCADE,
    PRIMARY KEY (word, entry)
) STRICT, WITHOUT ROWID;
CREATE INDEX word_entry ON word (entry);

PRAGMA application_id = 1094935393;
PRAGMA user_version = 1;

INSERT INTO publication VALUES (1, 'old-town', 'https://old.example/', 7, '2026-01-01T00:00:00Z',
    '{"id":"old-town","name":"Old town","languages":["fr"]}', 1, 0, 0);
INSERT INTO pack VALUES (1, 1, 'pack', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
    '{"id":"pack","kind":"area","name":{"fr":"Ville"},"bounds":{"south_west":[45.0,4.0],"north_east":[46.0,5.0]},"places":1,"panels":0,"hash":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","bytes":1,"unpacked_bytes":1}');
INSERT INTO pack_blob VALUES (1, 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', 3, '"audio"', 'fr');
INSERT INTO record VALUES (1, 1, 'town-hall', 'place', '0000-01-01', NULL,
    '{"kind":"place","id":"town-hall","name":{"fr":"Mairie"},"position":[45.4237,4.0662]}');
INSERT INTO pack_record VALUES (1, 1);
INSERT INTO place VALUES (1, 45.4237, 4.0662, '0000-01-01');
INSERT INTO entry VALUES (1, 1, 'title', 'mairie');
INSERT INTO word VALUES ('mairie', 1);

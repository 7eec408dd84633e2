"""The tables of the index."""

from __future__ import annotations

TOKENS = "tokenize = 'unicode61 remove_diacritics 2'"

# Words are looked up by FTS5; the trigrams of all words find what was meant by a misspelt one.
SCHEMA = f"""
CREATE TABLE study (id INTEGER PRIMARY KEY, iri TEXT UNIQUE NOT NULL, name TEXT NOT NULL, title TEXT, day TEXT);
CREATE TABLE term (
  id INTEGER PRIMARY KEY, facet TEXT NOT NULL, iri TEXT NOT NULL, key TEXT NOT NULL, label TEXT NOT NULL,
  UNIQUE (iri, facet)
);
CREATE TABLE has (study INTEGER NOT NULL, term INTEGER NOT NULL, shown INTEGER NOT NULL, PRIMARY KEY (study, term))
  WITHOUT ROWID;
CREATE TABLE wider (term INTEGER NOT NULL, parent INTEGER NOT NULL, PRIMARY KEY (term, parent)) WITHOUT ROWID;
CREATE TABLE source (iri TEXT NOT NULL, source TEXT, kind TEXT, day TEXT, processed TEXT, fetched TEXT);
CREATE INDEX source_iri ON source (iri);
CREATE TABLE data (day TEXT NOT NULL, sources TEXT NOT NULL);
CREATE TABLE word (id INTEGER PRIMARY KEY, word TEXT UNIQUE NOT NULL);
CREATE VIRTUAL TABLE study_text USING fts5(name, title, words, {TOKENS}, prefix = '3');
CREATE VIRTUAL TABLE term_text USING fts5(label, words, {TOKENS}, prefix = '3');
CREATE VIRTUAL TABLE study_words USING fts5vocab(study_text, row);
CREATE VIRTUAL TABLE term_words USING fts5vocab(term_text, row);
CREATE VIRTUAL TABLE spelling USING fts5(word, tokenize = 'trigram', content = 'word', content_rowid = 'id');
"""

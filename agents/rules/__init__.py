"""The coder without a model: sites, names and emitters on a concrete syntax tree."""

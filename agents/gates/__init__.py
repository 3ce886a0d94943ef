"""One file per light of a verdict; `judgement` puts them together."""

"""Made-up conversations of the sample shop, one file a language."""

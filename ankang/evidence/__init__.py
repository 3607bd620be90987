"""The log of facts that money may hang on (存证): appended, sealed, provable."""

"""What users import: one file per blueprint."""

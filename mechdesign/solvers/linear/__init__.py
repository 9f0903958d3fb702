"""Linear and integer programmes, in floats and in exact arithmetic."""

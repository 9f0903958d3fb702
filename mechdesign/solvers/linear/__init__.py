"""Linear and integer programs, in floats and in exact arithmetic."""

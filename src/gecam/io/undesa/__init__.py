"""United Nations Population Division: migrant stocks and population."""

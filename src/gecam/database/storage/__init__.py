"""Files and tables that hold a database: schema, objects, checks of what is read."""

"""Tables of users' own figures."""

"""Refugees by country and residents: UNHCR and the World Bank."""

"""Operations: health, the description of the API, and what browsers ask before they call it."""

"""Operations: health, queues, the API description, and CORS preflight."""

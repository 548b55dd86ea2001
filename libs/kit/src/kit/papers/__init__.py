"""What uploaded papers say and must not carry; only services that take uploads name its libraries."""

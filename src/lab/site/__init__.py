"""What people see: pages and charts, written as plain Markdown and inline SVG."""

"""What people take away: tables as CSV, and the present state as one HTML file. Knows no Streamlit."""

from se_explorer.report.charts import answers_chart, circuit_chart, map_limits
from se_explorer.report.page import report_html
from se_explorer.report.present import Present, first_block, gather, rank, strongest_channel
from se_explorer.report.tables import csv_text, file_table, spreadsheet_safe

__all__ = [
    "Present",
    "answers_chart",
    "circuit_chart",
    "csv_text",
    "file_table",
    "first_block",
    "gather",
    "map_limits",
    "rank",
    "report_html",
    "spreadsheet_safe",
    "strongest_channel",
]

// Reads a list of monitors: one address a line, or CSV (RFC 4180) with a header. What is wrong is said line by line; what is
// right becomes a NewMonitor. Pure; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/words.h"
#include "core/checks/check.h"
#include "core/monitors/monitor_service.h"

namespace connlog {

enum class ImportFormat { lines, csv };
template <>
inline constexpr auto kWords<ImportFormat> = words_for<ImportFormat>({
    {ImportFormat::lines, "lines"},
    {ImportFormat::csv, "csv"},
});

inline constexpr std::size_t kImportMax = 500;  // monitors at once: they are made in one transaction

struct ImportedMonitor {
  int line = 0;  // of the text, from 1
  NewMonitor wanted;
  FieldValues values;   // those of its fields that are not secret, for people
  std::string trouble;  // empty: it can be made
};

// The columns of the CSV: kind (may be left out where there is a url, or a host with or without a port), name, key, notes,
// tags (with blanks between them), interval_seconds, and the names of fields. invalid_input names "text": no header, a
// quotation mark that does not end, more than kImportMax rows.
Result<std::vector<ImportedMonitor>> read_import(const CheckTable& kinds, ImportFormat format, std::string_view text);

}  // namespace connlog

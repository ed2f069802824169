#include "core/monitors/monitor_import.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "core/base/text.h"
#include "core/monitors/monitor_paste.h"

namespace connlog {
namespace {

struct CsvRow {
  int line = 0;
  std::vector<std::string> cells;
};

// RFC 4180: cells with commas between them, in quotation marks where they hold such, doubled inside. CR LF or LF.
class CsvReader {
 public:
  explicit CsvReader(std::string_view text) : text_(text) {}

  Result<std::optional<CsvRow>> next() {
    if (at_ >= text_.size()) return std::optional<CsvRow>();
    CsvRow row;
    row.line = line_;
    while (true) {
      std::string cell = TRY(next_cell());
      row.cells.push_back(std::move(cell));
      if (at_ < text_.size() && text_[at_] == ',') {
        ++at_;
        continue;
      }
      end_line();
      return std::optional<CsvRow>(std::move(row));
    }
  }

 private:
  Result<std::string> next_cell() {
    std::string cell;
    if (at_ < text_.size() && text_[at_] == '"') return quoted();
    while (at_ < text_.size() && text_[at_] != ',' && text_[at_] != '\n') cell += text_[at_++];
    if (cell.ends_with('\r')) cell.pop_back();
    return cell;
  }

  Result<std::string> quoted() {
    const int begin = line_;
    std::string cell;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '"' && at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
        cell += '"';
        ++at_;
      } else if (text_[at_] == '"') {
        ++at_;
        // What stands between the quotation mark and the next comma is no part of the cell.
        while (at_ < text_.size() && text_[at_] != ',' && text_[at_] != '\n') ++at_;
        return cell;
      } else {
        if (text_[at_] == '\n') ++line_;
        cell += text_[at_];
      }
    }
    return invalid("text", fmt::format("The quotation mark in line {} has no end.", begin));
  }

  void end_line() {
    if (at_ < text_.size()) ++at_;
    ++line_;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int line_ = 1;
};

std::string trimmed(std::string_view text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return std::string(text);
}

std::vector<std::string> words_of_cell(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : text) {
    const bool is_between = c == ' ' || c == ';' || c == ',';
    if (!is_between) word += c;
    if (is_between && !word.empty()) words.push_back(std::exchange(word, {}));
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// The value of a cell as somebody would give it in a form. Nothing: it is of another form.
std::optional<GivenField> given_in(const Field& field, const std::string& cell) {
  GivenField given;
  if (field.type == FieldType::number) {
    const auto number = number_in(cell);
    if (!number) return std::nullopt;
    given.form = GivenField::Form::number;
    given.number = *number;
    return given;
  }
  if (field.type == FieldType::flag) {
    const std::string word = folded(cell);
    const bool is_on = word == "true" || word == "yes" || word == "1";
    if (!is_on && word != "false" && word != "no" && word != "0") return std::nullopt;
    given.form = GivenField::Form::flag;
    given.flag = is_on;
    return given;
  }
  given.form = GivenField::Form::text;
  given.text = Secret(cell);
  return given;
}

const Field* field_of(const CheckKind& kind, std::string_view name) {
  const auto found = std::ranges::find(kind.fields, name, &Field::name);
  return found == kind.fields.end() ? nullptr : &*found;
}

void give(GivenFields& given, const FieldValues& values) {
  for (const auto& [name, value] : values.entries()) {
    GivenField field;
    if (const auto* text = std::get_if<std::string>(&value)) {
      field.form = GivenField::Form::text;
      field.text = Secret(*text);
    } else if (const auto* number = std::get_if<std::int64_t>(&value)) {
      field.form = GivenField::Form::number;
      field.number = *number;
    } else {
      field.form = GivenField::Form::flag;
      field.flag = std::get<bool>(value);
    }
    given.set(name, std::move(field));
  }
}

// One address.
ImportedMonitor of_line(const CheckTable& kinds, int number, const std::string& line) {
  ImportedMonitor item;
  item.line = number;
  auto proposals = propose_monitors(kinds, line);
  if (proposals.size() != 1) {
    item.trouble = "This is no address that can be checked: https://example.org, db.example.org:5432, ping 192.0.2.1.";
    return item;
  }
  MonitorProposal& proposal = proposals.front();
  auto given = std::make_shared<GivenFields>();
  give(*given, proposal.values);
  for (const auto& [name, secret] : proposal.secrets.entries()) given->text(name, secret.reveal());
  item.wanted.check = proposal.kind->word;
  item.wanted.name = proposal.name;
  item.wanted.settings.fields = std::move(given);
  item.values = std::move(proposal.values);
  return item;
}

// The columns that are no fields.
constexpr std::string_view kColumns[] = {"kind", "name", "key", "notes", "tags", "interval_seconds"};

class CsvImport {
 public:
  CsvImport(const CheckTable& kinds, std::vector<std::string> header) : kinds_(kinds), header_(std::move(header)) {}

  ImportedMonitor read(const CsvRow& row) const {
    ImportedMonitor item;
    item.line = row.line;
    if (row.cells.size() > header_.size()) {
      item.trouble = fmt::format("The line has {} cells, and the header {}.", row.cells.size(), header_.size());
      return item;
    }
    const CheckKind* kind = kind_of(row);
    if (kind == nullptr) {
      const std::string word = cell(row, "kind");
      item.trouble = word.empty() ? std::string("Say the kind, or an address in “url” or “host”.")
                                  : fmt::format("There is no kind “{}”.", cut(word, 40));
      return item;
    }
    item.wanted.check = kind->word;
    item.wanted.name = cell(row, "name");
    item.wanted.key = cell(row, "key");
    item.wanted.notes = cell(row, "notes");
    item.wanted.tags = words_of_cell(cell(row, "tags"));
    item.trouble = take_interval(row, item);
    if (item.trouble.empty()) item.trouble = take_fields(row, *kind, item);
    return item;
  }

 private:
  std::string cell(const CsvRow& row, std::string_view name) const {
    for (std::size_t i = 0; i < header_.size() && i < row.cells.size(); ++i) {
      if (header_[i] == name) return trimmed(row.cells[i]);
    }
    return {};
  }

  const CheckKind* kind_of(const CsvRow& row) const {
    const std::string word = folded(cell(row, "kind"));
    if (!word.empty()) return kinds_.find(word);
    if (!cell(row, "url").empty()) return kinds_.find("http");
    if (cell(row, "host").empty()) return nullptr;
    return kinds_.find(cell(row, "port").empty() ? "ping" : "tcp");
  }

  std::string take_interval(const CsvRow& row, ImportedMonitor& item) const {
    const std::string text = cell(row, "interval_seconds");
    if (text.empty()) return {};
    const auto number = number_in(text);
    if (!number) return "“interval_seconds” must be a whole number.";
    item.wanted.settings.own.interval_seconds.emplace(*number);
    return {};
  }

  std::string take_fields(const CsvRow& row, const CheckKind& kind, ImportedMonitor& item) const {
    auto given = std::make_shared<GivenFields>();
    for (std::size_t i = 0; i < header_.size() && i < row.cells.size(); ++i) {
      const std::string& name = header_[i];
      if (std::ranges::find(kColumns, name) != std::end(kColumns)) continue;
      const std::string text = trimmed(row.cells[i]);
      if (text.empty()) continue;
      const Field* field = field_of(kind, name);
      if (field == nullptr) return fmt::format("The kind “{}” has no field “{}”.", kind.word, cut(name, 40));
      auto value = given_in(*field, text);
      if (!value) return fmt::format("“{}” must be {}.", name, field->type == FieldType::flag ? "true or false" : "a whole number");
      if (!is_secret(*field) && value->form == GivenField::Form::text) item.values.set(name, text);
      if (value->form == GivenField::Form::number) item.values.set(name, value->number);
      if (value->form == GivenField::Form::flag) item.values.set(name, value->flag);
      given->set(name, *std::move(value));
    }
    item.wanted.settings.fields = std::move(given);
    return {};
  }

  const CheckTable& kinds_;
  const std::vector<std::string> header_;
};

Error too_many() {
  return invalid("text", fmt::format("At most {} monitors can be made at once. Split the list.", kImportMax));
}

Result<std::vector<ImportedMonitor>> read_lines(const CheckTable& kinds, std::string_view text) {
  std::vector<ImportedMonitor> items;
  int number = 0;
  while (!text.empty()) {
    const std::string_view whole = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), whole.size() + 1));
    ++number;
    const std::string line = trimmed(whole);
    if (line.empty() || line.front() == '#') continue;
    if (items.size() == kImportMax) return too_many();
    items.push_back(of_line(kinds, number, line));
  }
  return items;
}

Result<std::vector<ImportedMonitor>> read_csv(const CheckTable& kinds, std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  CsvReader reader(text);
  auto header = TRY(reader.next());
  if (!header) return invalid("text", "The first line must name the columns: name,url,tags");
  for (std::string& name : header->cells) name = folded(trimmed(name));
  const bool says_what = std::ranges::any_of(
      header->cells, [](const std::string& name) { return name == "url" || name == "host" || name == "kind"; });
  if (!says_what)
    return invalid("text", "The first line must name the columns, and “url”, “host” or “kind” among them.");
  const CsvImport import(kinds, std::move(header->cells));
  std::vector<ImportedMonitor> items;
  while (true) {
    const auto row = TRY(reader.next());
    if (!row) return items;
    const bool is_blank = row->cells.size() == 1 && trimmed(row->cells.front()).empty();
    if (is_blank) continue;
    if (items.size() == kImportMax) return too_many();
    items.push_back(import.read(*row));
  }
}

}  // namespace

Result<std::vector<ImportedMonitor>> read_import(const CheckTable& kinds, ImportFormat format, std::string_view text) {
  if (!is_utf8(text)) return invalid("text", "This is not valid UTF-8.");
  return format == ImportFormat::csv ? read_csv(kinds, text) : read_lines(kinds, text);
}

}  // namespace connlog

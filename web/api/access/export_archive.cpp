#include "web/api/access/export_archive.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "web/server/reply.h"

namespace connlog::web::access {
namespace {

using nlohmann::json;

constexpr int kFormatVersion = 1;  // rises when files or columns change their meaning; new ones do not raise it

constexpr std::string_view kReadmeHead =
    R"(Export of a connlog workspace

Workspace  {name} ({slug})
Made at    {at}
Made by    {by}

It holds everything that is kept of the workspace, but no secrets: no passwords, tokens, keys or signing secrets.
Mail addresses and names of people are in it. Keep it as you keep personal data.

Files

manifest.json           the sections with their numbers of rows, and size and SHA-256 of each other file
<section>.ndjson        one JSON object a line, UTF-8
<section>.csv           the same rows as a table (RFC 4180, UTF-8); the first line names the columns
schemas/<section>.json  JSON Schema of a line of the .ndjson: names, types, units and meaning of the columns

Times are in UTC (ISO 8601). In the CSV an empty cell is null or absent and "" is an empty text, lists and objects are
JSON text, and a text that a spreadsheet would take for a formula has an apostrophe in front that is not part of it.
Programs should read the NDJSON, which has every text as it is stored; bytes that are not UTF-8 are U+FFFD in both.
The sections were read one after the other while the appliance went on working: a row of one may be newer than a row
of another. A file that was cut has no directory at its end, and no program opens it.

Sections

)";

}  // namespace

ExportArchive::ExportArchive(std::shared_ptr<Spool> ndjson, std::shared_ptr<Spool> csv)
    : ndjson_(std::move(ndjson)), csv_(std::move(csv)) {}

Result<std::unique_ptr<ExportArchive>> ExportArchive::open(const std::filesystem::path& directory, Random& random) {
  const std::uint64_t room = Spool::room_in(directory);
  std::shared_ptr<Spool> ndjson = TRY(Spool::open(directory, random, room));
  std::shared_ptr<Spool> csv = TRY(Spool::open(directory, random, room));
  return std::unique_ptr<ExportArchive>(new ExportArchive(std::move(ndjson), std::move(csv)));
}

ExportArchive::File ExportArchive::text_file(std::string name, std::string text) {
  File file{.name = std::move(name), .text = std::move(text)};
  file.sum.add(file.text);
  return file;
}

Result<void> ExportArchive::add(File& file, std::string_view bytes) {
  file.sum.add(bytes);
  return file.spool->write(bytes);
}

Result<void> ExportArchive::begin(const WorkspaceSection& section) {
  const std::string name(section.name);
  Written written{.name = section.name, .about = section.about, .columns = section.columns};
  written.ndjson = {.name = name + ".ndjson", .spool = ndjson_, .offset = ndjson_->size()};
  written.csv = {.name = name + ".csv", .spool = csv_, .offset = csv_->size()};
  written.schema = text_file("schemas/" + name + ".json",
                             schema_of(section.name, section.about, section.columns).dump(2) + "\n");
  sections_.push_back(std::move(written));
  return add(sections_.back().csv, csv_header_of(section.columns));
}

Result<void> ExportArchive::item(const json& value) {
  Written& section = sections_.back();
  TRY(add(section.ndjson, ndjson_line(section.columns, value)));
  TRY(add(section.csv, csv_line(section.columns, value)));
  ++section.rows;
  return {};
}

std::string ExportArchive::readme(const Origin& origin) const {
  std::string text = fmt::format(fmt::runtime(kReadmeHead), fmt::arg("name", origin.workspace.name),
                                 fmt::arg("slug", origin.workspace.slug), fmt::arg("at", to_iso8601(origin.at)),
                                 fmt::arg("by", harmless(origin.by)));
  for (const Written& section : sections_)
    text += fmt::format("{:<14} {:>9} rows  {}\n", section.name, section.rows, section.about);
  return text;
}

std::string ExportArchive::manifest(const Origin& origin, const File& readme) const {
  json sections = json::array(), files = json::array();
  const auto list = [&files](const File& file) {
    files.push_back({{"name", file.name}, {"bytes", file.sum.size()}, {"sha256", file.sum.sha256()}});
  };
  list(readme);
  for (const Written& section : sections_) {
    sections.push_back({{"name", section.name},
                        {"rows", section.rows},
                        {"ndjson", section.ndjson.name},
                        {"csv", section.csv.name},
                        {"schema", section.schema.name}});
    for (const File* file : {&section.ndjson, &section.csv, &section.schema}) list(*file);
  }
  const json manifest = {{"format", "connlog workspace export"},
                         {"version", kFormatVersion},
                         {"exported_at", to_iso8601(origin.at)},
                         {"exported_by", harmless(origin.by)},
                         {"workspace",
                          {{"id", origin.workspace.id.text()},
                           {"slug", origin.workspace.slug},
                           {"name", origin.workspace.name}}},
                         {"sections", std::move(sections)},
                         {"files", std::move(files)}};
  return manifest.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

Result<std::vector<BodyPiece>> ExportArchive::finish(const Origin& origin) {
  TRY(ndjson_->finish());
  TRY(csv_->finish());
  std::vector<BodyPiece> pieces;
  std::vector<ZipEntry> entries;
  std::uint64_t at = 0;
  const auto put_bytes = [&](std::string bytes) {
    at += bytes.size();
    pieces.push_back({.bytes = std::move(bytes)});
  };
  const auto put = [&](const File& file) {
    const ZipEntry entry{file.name, file.sum.size(), file.sum.crc32(), at};
    put_bytes(zip_local_header(entry, origin.at));
    entries.push_back(entry);
    if (file.spool == nullptr) return put_bytes(file.text);
    at += file.sum.size();
    pieces.push_back({.spool = file.spool, .offset = file.offset, .length = file.sum.size()});
  };
  const File readme_file = text_file("README.txt", readme(origin));
  put(readme_file);
  put(text_file("manifest.json", manifest(origin, readme_file)));
  for (const Written& section : sections_) {
    for (const File* file : {&section.ndjson, &section.csv, &section.schema}) put(*file);
  }
  put_bytes(zip_directory(entries, at, origin.at));
  return pieces;
}

}  // namespace connlog::web::access

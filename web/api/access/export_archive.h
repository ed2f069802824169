// The export of a workspace as one ZIP: of each section the rows as NDJSON and as CSV and the schema of a row, a
// README and a manifest with the SHA-256 of each file. Both forms of a row are written as soon as the row comes, into
// two spools; what is kept in memory is the list of files, and the schemas. The archive is put together while it is
// read: headers and stretches of the spools, one after the other (docs/export.md). One thread.
#pragma once

#include <filesystem>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/people/workspace.h"
#include "web/api/parts.h"
#include "web/server/spool.h"
#include "web/server/zip.h"

namespace connlog::web::access {

class ExportArchive final : public Section {
 public:
  // What README and manifest say beside the files.
  struct Origin {
    Workspace workspace;
    std::string by;  // the person's name
    Instant at;
  };

  static Result<std::unique_ptr<ExportArchive>> open(const std::filesystem::path& directory, Random& random);

  Result<void> begin(const WorkspaceSection& section);
  Result<void> item(const nlohmann::json& value) override;
  // Once, after the last section.
  Result<std::vector<BodyPiece>> finish(const Origin& origin);

 private:
  struct File {
    std::string name;
    std::shared_ptr<Spool> spool = {};  // null: `text` is the content
    std::uint64_t offset = 0;           // in the spool
    std::string text = {};
    FileSum sum = {};
  };
  struct Written {  // a section
    std::string_view name, about;
    std::span<const Column> columns;
    std::uint64_t rows = 0;
    File ndjson = {}, csv = {}, schema = {};
  };

  ExportArchive(std::shared_ptr<Spool> ndjson, std::shared_ptr<Spool> csv);
  static Result<void> add(File& file, std::string_view bytes);
  static File text_file(std::string name, std::string text);
  std::string readme(const Origin& origin) const;
  std::string manifest(const Origin& origin, const File& readme) const;

  std::shared_ptr<Spool> ndjson_, csv_;
  std::vector<Written> sections_;
};

}  // namespace connlog::web::access

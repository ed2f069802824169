// `connlog backup drill`: of a file with its key, or of a backup of the list with the key that the appliance keeps.
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <system_error>
#include <thread>

#include "cli/ask_appliance.h"
#include "cli/backup_commands.h"
#include "cli/commands.h"
#include "cli/control_commands.h"
#include "cli/drill.h"
#include "core/base/log.h"

namespace connlog {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr int kDiffers = 3;
constexpr std::chrono::milliseconds kLookEvery{500};

// For the first reading of a file, which is for its manifest: how large the database is.
class Nothing final : public ArchiveVisitor {
 public:
  Result<void> file(const std::string&, std::string) override { return {}; }
  Result<void> begin_database(std::uint32_t) override { return {}; }
  Result<void> pages(std::uint32_t, std::span<const std::uint8_t>) override { return {}; }
};

Result<std::string> drill_file(const CommandLine& line, const Settings& settings, Clock& clock, Random& random) {
  TRY(check_owner(settings.data_dir));
  std::unique_ptr<ByteSource> source = TRY(open_archive_file(line.archive));
  const std::unique_ptr<ArchiveReader> archive = TRY(ArchiveReader::open(*source));
  const std::string signed_by = fingerprint_of(archive->header().signer);
  if (!line.signer.empty() && !is_same_fingerprint(line.signer, signed_by)) {
    return Error{ErrorCode::conflict, "The backup is signed by " + signed_by + ", and not by the key that --signer names."};
  }
  Key content_key = TRY(ask_content_key(line, archive->header()));
  Nothing nothing;
  const Manifest manifest = TRY(archive->read(content_key, nothing));
  source = TRY(open_archive_file(line.archive));
  const fs::path data = settings.data_dir;
  std::error_code trouble;
  if (fs::create_directories(data, trouble)) fs::permissions(data, fs::perms::owner_all, trouble);
  auto evidence = run_drill(data, content_key, *source, manifest, clock, random);
  content_key.fill(0);
  if (!evidence) return std::move(evidence).error();
  if (line.signer.empty()) *evidence += " It is signed by " + signed_by + "; compare that with the recovery sheet.";
  if (!fs::exists(data / "connlog.db", trouble)) return evidence;
  const auto noted = ask_appliance(drill_note_request(*evidence), settings, clock, random);
  const Result<void> good = noted ? read_control_answer(*noted) : Result<void>(noted.error());
  if (!good) std::fprintf(stderr, "connlog: It was not written to the trail: %s\n", good.error().message.c_str());
  return evidence;
}

std::string text_of(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

Result<std::string> newest_complete(BackupAsker& asker) {
  const json listed = TRY(asker.ask({{"command", "backup_list"}}));
  for (const json& each : listed.value("items", json::array())) {
    if (text_of(each, "state") == "complete") return text_of(each, "id");
  }
  return Error{ErrorCode::not_found, "There is no complete backup to drill. Make one with `connlog backup create`."};
}

// Of the list: the appliance has the key and the copies.
Result<std::string> drill_kept(const CommandLine& line, const Settings& settings, Clock& clock, Random& random) {
  std::unique_ptr<BackupAsker> asker = TRY(BackupAsker::running(settings));
  if (!asker) asker = TRY(BackupAsker::here(settings, clock, random));
  std::string id = line.archive;
  if (id.empty()) id = TRY(newest_complete(*asker));
  TRY(asker->ask({{"command", "backup_drill"}, {"id", id}}));
  json state = TRY(asker->ask({{"command", "backup_state"}, {"id", id}}));
  while (state.contains("progress") && state["progress"].is_object()) {
    std::this_thread::sleep_for(kLookEvery);
    state = TRY(asker->ask({{"command", "backup_state"}, {"id", id}}));
  }
  const json backup = state.value("backup", json::object());
  if (const std::string trouble = text_of(backup, "drill_trouble"); !trouble.empty())
    return Error{ErrorCode::conflict, "The drill failed: " + trouble};
  return "The backup " + id + " was restored beside and compared at " + text_of(backup, "drilled_at") +
         ". What was compared stands in the appliance's trail.";
}

}  // namespace

int backup_drill_command(const CommandLine& line, const Settings& settings, Clock& clock, Random& random) {
  if (line.archive == "-") {
    return refuse_command(
        invalid("backup", "A drill reads the backup twice, so it needs a file and not standard input."));
  }
  std::error_code unknown;
  const bool is_file = !line.archive.empty() && fs::is_regular_file(line.archive, unknown);
  const auto evidence =
      is_file ? drill_file(line, settings, clock, random) : drill_kept(line, settings, clock, random);
  if (evidence) {
    std::printf("%s\n", evidence->c_str());
    return 0;
  }
  if (!evidence.error().cause.empty()) log_error("drill.failed", {{"cause", evidence.error().cause}});
  const int code = refuse_command(evidence.error());
  return evidence.error().code == ErrorCode::conflict ? kDiffers : code;
}

}  // namespace connlog

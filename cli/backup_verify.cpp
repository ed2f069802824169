// `connlog backup verify`: reads a backup to its end. Without a key it can only be found *complete*: uncut, and signed
// under the key that its own header names, which anybody can make. With the recovery key or the passphrase everything in
// it is opened and read. *Genuine* it is when, beyond that, the signer is this appliance's (asked of the running server) or
// the one of the recovery sheet (--signer). A backup of the list is verified by the appliance itself, which keeps its key.
#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/ask_appliance.h"
#include "cli/backup_commands.h"
#include "cli/commands.h"
#include "cli/master_key_prompt.h"
#include "cli/restore_files.h"
#include "core/appliance/backup/archive.h"
#include "core/base/text.h"

namespace connlog {
namespace {

using nlohmann::json;

constexpr int kUnreadable = 1, kNotWhole = 3;

// What came out, as it is shown and as JSON.
struct Report {
  int exit_code = 0;
  std::string verdict;  // complete, opens, genuine, damaged, not_genuine; part of the JSON, never renamed
  std::string text;
  json facts = json::object();
};

Report bad(std::string verdict, std::string text) {
  return {kNotWhole, std::move(verdict), std::move(text), json::object()};
}

// Tells a file that cannot be read from one whose content is wrong.
class NotedSource final : public ByteSource {
 public:
  explicit NotedSource(ByteSource& source) : source_(source) {}
  Result<std::size_t> read(std::span<std::uint8_t> into) override {
    auto got = source_.read(into);
    has_failed_ = has_failed_ || !got;
    return got;
  }
  bool has_failed() const { return has_failed_; }

 private:
  ByteSource& source_;
  bool has_failed_ = false;
};

class Discarding final : public ArchiveVisitor {
 public:
  Result<void> file(const std::string&, std::string) override { return {}; }
  Result<void> begin_database(std::uint32_t) override { return {}; }
  Result<void> pages(std::uint32_t, std::span<const std::uint8_t>) override { return {}; }
};

json header_facts(const ArchiveHeader& header) {
  return {{"backup_id", header.backup_id},
          {"instance", header.instance},
          {"at", to_iso8601(header.at)},
          {"kind", to_text(header.kind)},
          {"version", header.version},
          {"signer", fingerprint_of(header.signer)}};
}

// Hyphens, spaces and capitals as they come from paper.
std::string plain(std::string_view fingerprint) {
  std::string out;
  for (const char c : folded(fingerprint)) {
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')) out += c;
  }
  return out;
}

// The content key, where the person gives one: by a file, or typed at the terminal, where nothing typed means none.
Result<std::optional<Key>> key_given(const CommandLine& line, const ArchiveHeader& header) {
  if (!line.recovery_key_file.empty() || !line.passphrase_file.empty()) {
    const Key key = TRY(ask_content_key(line, header));
    return std::optional(key);
  }
  if (line.as_json || line.archive == "-" || !has_terminal()) return std::optional<Key>();
  const Secret typed =
      TRY(ask_unseen("Recovery key or backup passphrase (nothing: only look whether it is complete): "));
  if (typed.empty()) return std::optional<Key>();
  if (const auto by_words = content_key_by_words(header, typed)) return std::optional(*by_words);
  const Key key = TRY(content_key_by_passphrase(header, typed));
  return std::optional(key);
}

// The signer that is known to be right, and where from; empty: none is known.
struct KnownSigner {
  std::string fingerprint, from;
};

KnownSigner known_signer(const CommandLine& line, const Settings& settings, const ArchiveHeader& header) {
  if (!line.signer.empty()) return {plain(line.signer), "--signer"};
  const auto asker = BackupAsker::running(settings);
  if (!asker || !*asker) return {};
  const auto facts = (*asker)->ask({{"command", "backup_facts"}});
  // A backup of another appliance may be as good; of it this one knows nothing.
  if (!facts || facts->value("instance", "") != header.instance) return {};
  return {plain(facts->value("signer", "")), "this appliance"};
}

Report judged(const CommandLine& line, const Settings& settings, const ArchiveHeader& header, const Manifest& manifest) {
  Report out;
  out.facts = header_facts(header);
  out.facts["schema"] = manifest.schema;
  out.facts["pages"] = manifest.pages;
  out.facts["files"] = manifest.files;
  out.facts["rows"] = manifest.rows;
  out.facts["newest_incident"] = manifest.newest_incident;
  const std::string signer = fingerprint_of(header.signer);
  const KnownSigner known = known_signer(line, settings, header);
  if (known.fingerprint.empty()) {
    out.verdict = "opens";
    out.text = fmt::format(
        "It opens, and all of it was read. It is signed by {}: compare that with the recovery sheet, or give the sheet's "
        "with --signer. Only then it is known to be genuine.",
        signer);
  } else if (known.fingerprint == plain(signer)) {
    out.verdict = "genuine";
    out.text = fmt::format("Genuine: it opens, all of it was read, and it is signed by {} ({}).", signer, known.from);
  } else {
    out.exit_code = kNotWhole;
    out.verdict = "not_genuine";
    out.text = fmt::format("NOT genuine: it is signed by {}, which is not the signer of {}. Somebody else made it.", signer,
                           known.from);
  }
  return out;
}

// An error is one of reading, or of the key that was given; what is wrong with the backup is a report.
Result<Report> verify_file(const CommandLine& line, const Settings& settings, const std::string& path) {
  const auto file = TRY(open_archive_file(path));
  NotedSource source(*file);
  const auto opened = ArchiveReader::open(source);
  if (!opened) {
    if (source.has_failed()) return opened.error();
    return bad("damaged", opened.error().message);
  }
  ArchiveReader& reader = **opened;
  const auto key = TRY(key_given(line, reader.header()));
  if (!key) {
    const auto complete = reader.check_complete();
    if (!complete && source.has_failed()) return complete.error();
    if (!complete) return bad("damaged", complete.error().message);
    Report out{0, "complete",
               "Complete: nothing is missing, and nothing was changed since it was signed by the key that it names. Whether "
               "it opens and is genuine shows only with the recovery key or the passphrase.",
               header_facts(reader.header())};
    out.facts["bytes"] = complete->bytes;
    return out;
  }
  Discarding discarding;
  const auto manifest = reader.read(*key, discarding);
  if (!manifest && source.has_failed()) return manifest.error();
  if (!manifest) return bad("damaged", manifest.error().message);
  Report out = judged(line, settings, reader.header(), *manifest);
  out.facts["bytes"] = reader.summary().bytes;
  return out;
}

// By the appliance, with the key that it keeps.
Result<Report> verify_listed(BackupAsker& asker, const std::string& id) {
  TRY(asker.ask({{"command", "backup_verify"}, {"id", id}}));
  while (true) {
    const json state = TRY(asker.ask({{"command", "backup_state"}, {"id", id}}));
    if (state.value("progress", json()).is_object()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
      continue;
    }
    const json backup = state.value("backup", json::object());
    if (backup.value("verified_at", json()).is_null())
      return Error{ErrorCode::unavailable, "The backup was not verified: connlog was stopped meanwhile, or cannot write."};
    const std::string trouble = backup.value("verify_trouble", "");
    Report out = trouble.empty() ? Report{0, "genuine",
                                          "Genuine: it opens, all of it was read, and this appliance signed it.", {}}
                                 : bad("damaged", trouble);
    out.facts = {{"backup_id", id}, {"at", backup.value("started_at", "")}, {"kind", backup.value("kind", "")},
                 {"bytes", backup.value("bytes", std::int64_t{0})}};
    return out;
  }
}

Result<Report> verify(const CommandLine& line, const Settings& settings, Clock& clock, Random& random) {
  BackupId id;
  if (!BackupId::parse(line.archive, id)) return verify_file(line, settings, line.archive);
  auto asker = TRY(BackupAsker::running(settings));
  if (!asker) asker = TRY(BackupAsker::here(settings, clock, random));
  if (line.recovery_key_file.empty() && line.passphrase_file.empty()) return verify_listed(*asker, id.text());
  const json where = TRY(asker->ask({{"command", "backup_where"}, {"id", id.text()}}));
  const std::string path = where.value("path", "");
  if (path.empty()) {
    return Error{ErrorCode::not_found,
                 "This backup lies in no directory that is there now. Fetch it from the bucket, and verify the file."};
  }
  return verify_file(line, settings, path);
}

void print(const CommandLine& line, const Report& report) {
  if (line.as_json) {
    json out = report.facts;
    out["verdict"] = report.verdict;
    out["text"] = report.text;
    std::printf("%s\n", out.dump(2, ' ', false, json::error_handler_t::replace).c_str());
    return;
  }
  for (const char* name : {"backup_id", "instance", "at", "kind"}) {
    if (const std::string value = report.facts.value(name, ""); !value.empty())
      std::printf("%-10s %s\n", name, value.c_str());
  }
  std::printf("%s\n", report.text.c_str());
}

}  // namespace

int verify_backup(const CommandLine& line, const Settings& settings, Clock& clock, Random& random) {
  const auto report = verify(line, settings, clock, random);
  if (!report) {
    refuse_command(report.error());
    return kUnreadable;
  }
  print(line, *report);
  return report->exit_code;
}

}  // namespace connlog

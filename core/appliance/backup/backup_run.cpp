// Making, verifying and trying backups: the work of the thread `backups`. What it does with copies is in backup_copies.cpp.
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sodium.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "core/appliance/backup/backup_keys.h"
#include "core/appliance/backup/backups_inside.h"
#include "core/audit/audit.h"
#include "core/base/io_cause.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "core/base/version.h"
#include "core/crypto/key_file.h"
#include "core/crypto/sealed.h"

namespace connlog {
namespace {

constexpr const char* kKeyContext = "backup.key";  // stored: what `backup.sealed_key` is sealed under
constexpr std::chrono::minutes kPipePatience{10};

// Reads for another reader, and says how far it is.
class WatchedSource final : public ByteSource {
 public:
  using Watch = std::function<Result<void>(std::int64_t done)>;
  WatchedSource(ByteSource& source, Watch watch) : source_(source), watch_(std::move(watch)) {}
  Result<std::size_t> read(std::span<std::uint8_t> into) override {
    const std::size_t got = TRY(source_.read(into));
    done_ += static_cast<std::int64_t>(got);
    TRY(watch_(done_));
    return got;
  }

 private:
  ByteSource& source_;
  const Watch watch_;
  std::int64_t done_ = 0;
};

// Everything is read and checked, and nothing is kept, of the keys not even in memory that is free again.
class Discarding final : public ArchiveVisitor {
 public:
  Result<void> file(const std::string&, std::string content) override {
    sodium_memzero(content.data(), content.size());
    return {};
  }
  Result<void> begin_database(std::uint32_t) override { return {}; }
  Result<void> pages(std::uint32_t, std::span<const std::uint8_t>) override { return {}; }
};

// A directory while an archive is written to it: whether it was the directory that failed, and not what is written.
class PlaceSink final : public ByteSink {
 public:
  explicit PlaceSink(ByteSink& out) : out_(out) {}
  Result<void> write(std::span<const std::uint8_t> bytes) override {
    auto written = out_.write(bytes);
    if (!written) has_failed_ = true;
    return written;
  }
  bool has_failed() const { return has_failed_; }

 private:
  ByteSink& out_;
  bool has_failed_ = false;
};

// A pipe whose reader may be slow or gone: it waits for a while, and never for the end of connlog.
class PipeSink final : public ByteSink {
 public:
  PipeSink(int pipe, std::function<Result<void>()> go_on) : pipe_(pipe), go_on_(std::move(go_on)) {}
  ~PipeSink() override { ::close(pipe_); }
  PipeSink(const PipeSink&) = delete;
  PipeSink& operator=(const PipeSink&) = delete;

  Result<void> write(std::span<const std::uint8_t> bytes) override {
    while (!bytes.empty()) {
      const ssize_t wrote = ::write(pipe_, bytes.data(), bytes.size());
      if (wrote > 0) {
        bytes = bytes.subspan(static_cast<std::size_t>(wrote));
        continue;
      }
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote < 0 && errno == EPIPE) return gone();
      if (wrote < 0 && errno != EAGAIN)
        return Error{ErrorCode::unavailable, fmt::format("The pipe to the command broke: {}.", io_cause(errno))};
      TRY(wait());
    }
    return {};
  }

  // Waits until the reader has taken everything: what still lies in the pipe when the reader ends is lost.
  Result<void> finish() {
    constexpr int kStep = 50;
    constexpr int kSteps = static_cast<int>(kPipePatience / milliseconds(kStep));
    for (int step = 0; step < kSteps; ++step) {
      TRY(go_on_());
      int unread = 0;
      if (::ioctl(pipe_, FIONREAD, &unread) != 0)
        return Error{ErrorCode::unavailable, fmt::format("The pipe to the command broke: {}.", io_cause(errno))};
      if (unread == 0) return {};
      pollfd wanted{pipe_, 0, 0};
      if (::poll(&wanted, 1, kStep) > 0 && (wanted.revents & POLLERR) != 0) return gone();
    }
    return too_slow();
  }

 private:
  static Error gone() { return {ErrorCode::unavailable, "The command that asked for the backup went away."}; }
  static Error too_slow() {
    return {ErrorCode::unavailable, "The command that asked for the backup did not read it for ten minutes."};
  }

  Result<void> wait() {
    constexpr int kSteps = static_cast<int>(kPipePatience / milliseconds(500));
    for (int step = 0; step < kSteps; ++step) {
      TRY(go_on_());
      pollfd wanted{pipe_, POLLOUT, 0};
      if (::poll(&wanted, 1, 500) > 0) return {};
    }
    return too_slow();
  }

  const int pipe_;
  const std::function<Result<void>()> go_on_;
};

// Made by the command with the owner of the data directory, beside the database.
Result<int> open_pipe(const std::filesystem::path& path) {
  const int pipe = ::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
  struct stat facts {};
  if (pipe >= 0 && ::fstat(pipe, &facts) == 0 && S_ISFIFO(facts.st_mode)) return pipe;
  const int error = errno;
  if (pipe >= 0) ::close(pipe);
  return Error{ErrorCode::unavailable,
               pipe >= 0 || error == ENXIO ? "The command that asked for the backup does not read it."
                                           : fmt::format("The pipe to the command cannot be opened: {}.", io_cause(error))};
}

}  // namespace

Result<Destinations> Backups::Inside::destinations() const {
  std::optional<Destinations> places;
  const auto read = parts.stores.read([&](Snapshot& snapshot) -> Result<void> {
    places = TRY(open_destinations(parts, snapshot, [this]() -> Result<void> {
      if (stopping) return Error{ErrorCode::unavailable, "connlog is stopping."};
      return {};
    }));
    return {};
  });
  TRY(read);
  return *std::move(places);
}

void Backups::Inside::work(const Job& job) {
  const auto backup = find(job.backup);
  if (!backup || !*backup) return;
  try {
    switch (job.what) {
      case Job::What::make:
        return make(job, **backup);
      case Job::What::verify:
        return verify(job, **backup);
      case Job::What::drill:
        return drill(job, **backup);
      case Job::What::remove:
        return remove_files(**backup, true);
    }
  } catch (const std::exception& trouble) {  // no memory
    log_error("backups.failed", {{"reason", trouble.what()}});
    if (job.what == Job::What::make)
      settle(**backup, Error{ErrorCode::unavailable, "The memory did not suffice for the backup."}, job.actor);
  }
}

// ---------------------------------------------------------------- making

void Backups::Inside::make(const Job& job, Backup backup) {
  if (backup.state != BackupState::running) return;
  reached("row");
  const auto made = job.pipe.empty() ? make_stored(backup) : make_piped(backup, job.pipe);
  settle(backup, made, job.actor);
  if (!made || !job.pipe.empty()) return;
  const auto stored = find(backup.id);
  if (!stored || !*stored || (*stored)->state != BackupState::complete) return;
  if (backup.trigger == BackupTrigger::schedule) verify({Job::What::verify, backup.id, backups_actor()}, **stored);
  copy_where_missing(**stored);
  keep_by_schedule();
  keep_few_beside_the_data();
}

Result<Backups::Inside::Made> Backups::Inside::make_stored(const Backup& backup) {
  const Destinations places = TRY(destinations());
  std::int64_t expected = 0;
  const auto read = parts.stores.read([&](Snapshot& snapshot) -> Result<void> {
    const auto rows = TRY(parts.store.newest(snapshot, kBackupRowsLooked));
    const auto last = std::ranges::find_if(rows, [&](const Backup& row) {
      return row.kind == backup.kind && row.state == BackupState::complete;
    });
    if (last != rows.end()) expected = last->bytes + last->bytes / 10;
    return {};
  });
  TRY(read);
  // A directory that is full or broken does not stop backups: the next one is tried, at last the one beside the data.
  std::vector<BackupCopy> failed;
  std::string troubles;
  for (DirectoryDestination* place : places.directories()) {
    bool is_the_place = true;
    auto made = make_at(*place, backup, expected, is_the_place);
    if (made) {
      made->failed = std::move(failed);
      if (place->is_built_in() && !places.named.empty()) made->waits = waits_for(*places.named.front());
      return made;
    }
    if (!is_the_place) return made;
    log_warning("backups.not_written", {{"backup", backup.id.text()}, {"destination", place->name()},
                                        {"message", made.error().message}, {"cause", made.error().cause}});
    failed.push_back({backup.id, place->name(), false, parts.clock.now(), made.error().message});
    troubles += (troubles.empty() ? "" : " ") + made.error().message;
  }
  return Error{ErrorCode::unavailable, troubles};
}

// `is_the_place`: after a failure, whether another place may do.
Result<Backups::Inside::Made> Backups::Inside::make_at(DirectoryDestination& place, const Backup& backup,
                                                       std::int64_t expected, bool& is_the_place) {
  is_the_place = true;
  TRY(place.probe());
  const auto part = TRY(place.begin(backup.name, expected));
  reached("part");
  PlaceSink sink(*part);
  Key content_key{};
  parts.random.fill(content_key);
  Made made;
  auto written = write_archive(sink, backup, content_key);
  is_the_place = sink.has_failed();
  if (!written) return written.error();
  made.summary = *written;
  is_the_place = true;
  TRY(part->keep());
  reached("named");
  made.sealed_key = seal(parts.keyring, kKeyContext, Secret(to_hex(content_key)), parts.random);
  made.destination = place.name();
  sodium_memzero(content_key.data(), content_key.size());
  return made;
}

Result<Backups::Inside::Made> Backups::Inside::make_piped(const Backup& backup, const std::string& pipe) {
  const int descriptor = TRY(open_pipe(std::filesystem::path(parts.data_directory) / pipe));
  PipeSink sink(descriptor, [this] { return go_on(); });
  Key content_key{};
  parts.random.fill(content_key);
  Made made;
  made.summary = TRY(write_archive(sink, backup, content_key));
  sodium_memzero(content_key.data(), content_key.size());
  TRY(sink.finish());
  return made;
}

Result<ArchiveSummary> Backups::Inside::write_archive(ByteSink& out, const Backup& backup, const Key& content_key) {
  ArchiveHeader header;
  header.backup_id = backup.id.text();
  header.at = backup.started_at;
  header.kind = backup.kind;
  header.version = version();
  const auto read = parts.stores.read([&](Snapshot& snapshot) -> Result<void> {
    header.instance = TRY(instance_of(parts.settings, snapshot));
    header.slots = TRY(key_slots_for(parts.settings, snapshot, content_key));
    return {};
  });
  TRY(read);
  const SigningKey signer = backup_signer(parts.keyring);
  header.signer = signer.open;
  const auto writer = TRY(ArchiveWriter::begin(out, header, content_key, signer, parts.random));

  // Files go first: the anchor that is read before the snapshot is taken is never ahead of it.
  std::vector<std::string> names;
  for (const ExtraFile& file : parts.files ? parts.files() : std::vector<ExtraFile>()) {
    TRY(go_on());
    auto content = TRY(file.read());
    if (!content) continue;
    if (content->size() > kArchiveFileBytesMax || names.size() >= kArchiveFilesMax) {
      log_warning("backups.file_left_out", {{"file", file.name}, {"bytes", content->size()}});
      continue;
    }
    const auto added = writer->add_file(file.name, *content);
    sodium_memzero(content->data(), content->size());  // the keys are among them
    TRY(added);
    names.push_back(file.name);
  }
  reached("files");
  const auto pages = parts.pages();
  bool is_half = false;
  Manifest manifest = TRY(pages->copy(
      backup.kind, [&](std::uint32_t page_bytes) { return writer->begin_database(page_bytes); },
      [&](std::uint32_t first, std::span<const std::uint8_t> piece) { return writer->add_pages(first, piece); },
      [&](const PageProgress& done) -> Result<void> {
        show(BackupStep::copying, done.done, done.of);
        if (!is_half && done.done * 2 >= done.of) {
          is_half = true;
          reached("half");
        }
        return go_on();
      }));
  reached("pages");
  manifest.backup_id = header.backup_id;
  manifest.instance = header.instance;
  manifest.version = header.version;
  manifest.at = header.at;
  manifest.kind = header.kind;
  manifest.files = std::move(names);
  if (manifest.timezones.empty())
    manifest.timezones = has_timezones() ? timezones_version() : built_in_timezones_version();
  auto summary = writer->finish(manifest);
  reached("signed");
  return summary;
}

void Backups::Inside::settle(const Backup& backup, const Result<Made>& made, const Actor& actor) {
  const Instant now = parts.clock.now();
  const auto written = parts.stores.write([&](Transaction& tx) -> Result<void> {
    auto row = TRY(parts.store.find(tx, backup.id));
    if (!row || row->state != BackupState::running) return {};
    row->ended_at = now;
    if (!made) {
      row->state = BackupState::failed;
      row->trouble = made.error().message;
      TRY(parts.store.update(tx, *row));
      return parts.audit.append(tx, actor, "backup.failed", backup.id.text(), row->trouble);
    }
    row->state = BackupState::complete;
    row->bytes = made->summary.bytes;
    row->digest = made->summary.digest;
    row->sealed_key = made->sealed_key;
    TRY(parts.store.update(tx, *row));
    for (const BackupCopy& failed : made->failed) TRY(parts.store.put_copy(tx, failed));
    if (!made->destination.empty())
      TRY(parts.store.put_copy(tx, {backup.id, made->destination, true, now, made->waits}));
    const std::string where = made->destination.empty() ? "handed out" : made->destination;
    return parts.audit.append(tx, actor, "backup.made", backup.id.text(),
                              fmt::format("{}, {} KiB, {}", to_text(backup.kind), row->bytes / 1024, where));
  });
  reached("noted");
  if (!written)
    log_warning("backups.not_noted", {{"message", written.error().message}, {"cause", written.error().cause}});
  if (made) {
    log_info("backups.made", {{"backup", backup.id.text()}, {"bytes", made->summary.bytes}, {"at", made->destination}});
  } else {
    log_warning("backups.failed", {{"backup", backup.id.text()}, {"message", made.error().message},
                                   {"cause", made.error().cause}});
  }
}

// ---------------------------------------------------------------- verification and drills

Result<Key> Backups::Inside::content_key_of(const Backup& backup) const {
  if (backup.sealed_key.empty())
    return Error{ErrorCode::conflict, "The appliance does not keep the key of this backup."};
  const Secret text = TRY(unseal(parts.keyring, kKeyContext, backup.sealed_key));
  return key_file::parse_key(text, "The key of the backup");
}

Result<Manifest> Backups::Inside::read_copy(Destination& place, const Backup& backup, const Key& content_key) {
  const auto source = TRY(place.open(backup.name));
  reached("verify_opened");
  WatchedSource watched(*source, [&, is_half = false](std::int64_t done) mutable -> Result<void> {
    show(BackupStep::verifying, done, backup.bytes);
    if (!is_half && done * 2 >= backup.bytes) {
      is_half = true;
      reached("verify_half");
    }
    return go_on();
  });
  const auto reader = TRY(ArchiveReader::open(watched));
  Discarding discarding;
  Manifest manifest = TRY(reader->read(content_key, discarding));
  const bool is_it = reader->header().backup_id == backup.id.text() && manifest.backup_id == backup.id.text();
  if (!is_it || reader->header().signer != backup_signer(parts.keyring).open)
    return Error{ErrorCode::conflict, "The file under its name is another backup."};
  if (reader->summary().digest != backup.digest)
    return Error{ErrorCode::conflict, "The file is not the one that was written: it has another digest."};
  return manifest;
}

// The first copy that is whole counts. Those that are not are noted as such.
Result<Manifest> Backups::Inside::read_through(const Backup& backup, const Key& content_key) {
  const Destinations places = TRY(destinations());
  note_missing(backup, places);
  Error first{ErrorCode::not_found, "The backup lies in no destination that can be reached now."};
  std::vector<std::string> tried;
  for (int round = 0; round < 2; ++round) {  // in the second one the bucket is asked, where no directory has it whole
    for (Destination* place : copies_of(backup, places, Doubted::if_no_other)) {
      if (std::ranges::find(tried, place->name()) != tried.end()) continue;
      auto manifest = read_copy(*place, backup, content_key);
      if (manifest) {
        note_whole(backup, *place);
        return manifest;
      }
      if (stopping) return manifest;
      note_damaged(backup, *place, manifest.error());
      if (tried.empty()) first = manifest.error();
      tried.push_back(place->name());
    }
  }
  return first;
}

// The other copies in directories, by the digest of their bytes. One in a bucket is not fetched for that.
void Backups::Inside::check_copies(const Backup& backup) {
  const auto places = destinations();
  if (!places) return;
  for (Destination* place : copies_of(backup, *places, Doubted::never, false)) {
    const auto read = [&]() -> Result<void> {
      const auto source = TRY(place->open(backup.name));
      WatchedSource watched(*source, [&](std::int64_t done) -> Result<void> {
        show(BackupStep::verifying, done, backup.bytes, place->name());
        return go_on();
      });
      return check_digest(watched, backup);
    }();
    if (stopping) return;
    if (!read) note_damaged(backup, *place, read.error());
  }
}

void Backups::Inside::verify(const Job& job, const Backup& backup) {
  const auto key = content_key_of(backup);
  const auto read = key ? read_through(backup, *key) : Result<Manifest>(key.error());
  if (!read && stopping) return;  // that says nothing of the backup
  const std::string trouble = read ? std::string() : read.error().message;
  reached("verify_read");
  const auto noted = change(
      backup.id,
      [&](Backup& row) {
        row.verified_at = parts.clock.now();
        row.verify_trouble = trouble;
      },
      job.actor, read ? "backup.verified" : "backup.verify_failed", trouble);
  reached("verify_noted");
  if (read) check_copies(backup);
  reached("verify_copies");
  if (!noted) log_warning("backups.not_noted", {{"message", noted.error().message}, {"cause", noted.error().cause}});
  if (!read) log_warning("backups.damaged", {{"backup", backup.id.text()}, {"message", trouble}});
}

void Backups::Inside::drill(const Job& job, const Backup& backup) {
  const auto tried = [&]() -> Result<std::string> {
    const Key key = TRY(content_key_of(backup));
    const Manifest expected = TRY(read_through(backup, key));
    show(BackupStep::drilling, 0, backup.bytes);
    const auto source = TRY(open_stored(backup));
    WatchedSource watched(*source, [&](std::int64_t done) -> Result<void> {
      show(BackupStep::drilling, done, backup.bytes);
      return go_on();
    });
    return parts.drill(key, watched, expected);
  }();
  if (!tried && stopping) return;
  const std::string trouble = tried ? std::string() : tried.error().message;
  const auto noted = change(
      backup.id,
      [&](Backup& row) {
        row.drilled_at = parts.clock.now();
        row.drill_trouble = trouble;
      },
      job.actor, tried ? "backup.drilled" : "backup.drill_failed", tried ? *tried : trouble);
  if (!noted) log_warning("backups.not_noted", {{"message", noted.error().message}, {"cause", noted.error().cause}});
}

}  // namespace connlog

// `connlog backup create|list|init`; `verify` is cli/backup_verify.cpp. A running server makes the backup itself. With
// --output it writes the archive into a pipe which this command makes in the data directory, so that the command needs
// neither the keys nor the database. Without a server the command does all of it under the data directory's lock.
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/appliance.h"
#include "cli/ask_appliance.h"
#include "cli/backup_command.h"
#include "cli/backup_commands.h"
#include "cli/commands.h"
#include "core/base/file_bytes.h"
#include "core/base/io_cause.h"
#include "core/base/text.h"

namespace connlog {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::chrono::milliseconds kLookEvery{500};

Actor command_line() {
  Actor actor;
  actor.kind = Actor::Kind::command_line;
  actor.name = "command line";
  return actor;
}

std::string mib(std::int64_t bytes) {
  return bytes < 10 * 1024 * 1024 ? fmt::format("{} KiB", bytes / 1024) : fmt::format("{} MiB", bytes >> 20);
}

json kind_request(const char* command, const CommandLine& line) {
  return {{"command", command},
          {"kind", to_text(line.without_history ? BackupKind::without_history : BackupKind::whole)}};
}

// "copying 40 %", once for each step of ten.
class ProgressLines {
 public:
  void show(const json& progress) {
    if (!progress.is_object()) return;
    const std::int64_t of = progress.value("of", std::int64_t{0}), done = progress.value("done", std::int64_t{0});
    const std::int64_t tenths = of > 0 ? done * 10 / of : 0;
    std::string line = progress.value("step", "");
    if (const std::string where = progress.value("destination", ""); !where.empty()) line += " to " + where;
    if (of > 0) line += fmt::format(" {} %", tenths * 10);
    if (line == last_) return;
    last_ = line;
    std::fprintf(stderr, "%s\n", line.c_str());
  }

 private:
  std::string last_;
};

// Waits until nothing is done with the backup any more; its facts.
Result<json> wait_for(BackupAsker& asker, const std::string& id) {
  ProgressLines lines;
  while (true) {
    const json state = TRY(asker.ask({{"command", "backup_state"}, {"id", id}}));
    const json progress = state.value("progress", json());
    if (!progress.is_object()) return state.value("backup", json::object());
    lines.show(progress);
    std::this_thread::sleep_for(kLookEvery);
  }
}

Result<void> failed(const json& backup) {
  const std::string trouble = backup.value("trouble", "");
  return Error{ErrorCode::unavailable, trouble.empty() ? "The backup was not made." : trouble};
}

Result<void> create_in_destinations(const CommandLine& line, BackupAsker& asker) {
  const json begun = TRY(asker.ask(kind_request("backup_create", line)));
  const json backup = TRY(wait_for(asker, begun.value("id", "")));
  if (backup.value("state", "") != to_text(BackupState::complete)) return failed(backup);
  std::printf("%s  %s  %s\n", backup.value("id", "").c_str(), mib(backup.value("bytes", std::int64_t{0})).c_str(),
              backup.value("name", "").c_str());
  return {};
}

// ---------------------------------------------------------------- --output

// Where the archive goes: standard output, or a file which has its name only once it is whole.
class Output {
 public:
  static Result<std::unique_ptr<Output>> open(const std::string& path) {
    auto out = std::unique_ptr<Output>(new Output);
    if (path == "-") {
      if (::isatty(1) == 1)
        return invalid("output", "Standard output is a terminal. Send it into a file or a program, or name a file.");
      out->sink_ = std::make_unique<FileSink>(1, "standard output");
      return out;
    }
    std::error_code trouble;
    if (fs::exists(path, trouble)) {
      return invalid("output", fs::is_directory(path, trouble)
                                   ? fmt::format("{} is a directory. Name a new file.", path)
                                   : fmt::format("{} exists already. Name a new file: nothing is overwritten.", path));
    }
    out->path_ = path;
    out->sink_ = TRY(FileSink::make(path + ".part"));
    return out;
  }
  ~Output() {
    if (!path_.empty() && !is_kept_) ::unlink((path_ + ".part").c_str());
  }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  FileSink& sink() { return *sink_; }
  Result<void> keep() {
    if (path_.empty()) return {};
    TRY(sink_->sync());
    if (::rename((path_ + ".part").c_str(), path_.c_str()) != 0)
      return Error{ErrorCode::unavailable, fmt::format("{} cannot be made: {}.", path_, io_cause(errno))};
    is_kept_ = true;
    const int directory = ::open(fs::absolute(path_).parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory >= 0) {
      ::fsync(directory);
      ::close(directory);
    }
    return {};
  }

 private:
  Output() = default;
  std::string path_;
  std::unique_ptr<FileSink> sink_;
  bool is_kept_ = false;
};

// A pipe in the data directory, open for reading, that belongs to its owner.
class Pipe {
 public:
  static Result<std::unique_ptr<Pipe>> make(const fs::path& data, Random& random) {
    remove_left(data);
    auto pipe = std::unique_ptr<Pipe>(new Pipe);
    pipe->name_ = fmt::format("backup-{:016x}.pipe", random.next_u64());
    pipe->path_ = data / pipe->name_;
    const auto cannot = [&] {
      const int error = errno;
      return Error{ErrorCode::unavailable,
                   fmt::format("No pipe can be made in {}: {}. Run this as connlog's user or as root.", data.string(),
                               io_cause(error))};
    };
    if (::mkfifo(pipe->path_.c_str(), 0600) != 0) {
      pipe->path_.clear();
      return cannot();
    }
    pipe->descriptor_ = ::open(pipe->path_.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
    if (pipe->descriptor_ < 0) return cannot();
    // The owner of the directory may have put something else under the name: what is given away is what was opened.
    struct stat made {}, owner {};
    if (::fstat(pipe->descriptor_, &made) != 0) return cannot();
    if (!S_ISFIFO(made.st_mode) || made.st_uid != ::geteuid() || made.st_nlink != 1) {
      errno = EEXIST;
      return cannot();
    }
    if (::geteuid() == 0 && ::stat(data.c_str(), &owner) == 0 &&
        ::fchown(pipe->descriptor_, owner.st_uid, owner.st_gid) != 0) {
      return cannot();
    }
    return pipe;
  }
  ~Pipe() {
    if (descriptor_ >= 0) ::close(descriptor_);
    if (!path_.empty()) ::unlink(path_.c_str());
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  const std::string& name() const { return name_; }

  enum class Got { bytes, nothing_yet, end };
  Result<Got> read(std::span<std::uint8_t> into, std::size_t& length) {
    pollfd wanted{descriptor_, POLLIN, 0};
    if (::poll(&wanted, 1, static_cast<int>(kLookEvery.count())) <= 0) return Got::nothing_yet;
    if ((wanted.revents & POLLIN) == 0) return Got::end;  // it was open at the other side, and is no more
    const ssize_t got = ::read(descriptor_, into.data(), into.size());
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return Got::nothing_yet;
    if (got < 0) return Error{ErrorCode::unavailable, fmt::format("The pipe cannot be read: {}.", io_cause(errno))};
    length = static_cast<std::size_t>(got);
    return got == 0 ? Got::end : Got::bytes;
  }

 private:
  Pipe() = default;

  // Those of commands that were ended: older than a minute, and read by nobody.
  static void remove_left(const fs::path& data) {
    std::error_code trouble;
    for (fs::directory_iterator entry(data, trouble), end; !trouble && entry != end; entry.increment(trouble)) {
      const std::string name = entry->path().filename().string();
      struct stat facts {};
      if (!name.starts_with("backup-") || !name.ends_with(".pipe")) continue;
      if (::lstat(entry->path().c_str(), &facts) != 0 || !S_ISFIFO(facts.st_mode)) continue;
      if (facts.st_ctime > ::time(nullptr) - 60) continue;
      const int reader = ::open(entry->path().c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
      if (reader >= 0) {
        ::close(reader);
      } else if (errno == ENXIO) {
        ::unlink(entry->path().c_str());
      }
    }
  }

  fs::path path_;
  std::string name_;
  int descriptor_ = -1;
};

// What the server writes into the pipe, until it closes it or the backup has ended without. The number of bytes.
Result<std::int64_t> take_from(Pipe& pipe, FileSink& sink, BackupAsker& asker, const std::string& id,
                               const Clock& clock) {
  std::vector<std::uint8_t> piece(256 * 1024);
  std::int64_t bytes = 0;
  ProgressLines lines;
  Monotonic look_at = clock.monotonic() + kLookEvery;
  bool has_ended = false;  // then what is not in the pipe does not come
  while (true) {
    std::size_t length = 0;
    const Pipe::Got got = TRY(pipe.read(piece, length));
    if (got == Pipe::Got::end || (got == Pipe::Got::nothing_yet && has_ended)) return bytes;
    if (got == Pipe::Got::bytes) {
      TRY(sink.write(std::span(piece).first(length)));
      bytes += static_cast<std::int64_t>(length);
    }
    if (clock.monotonic() < look_at) continue;
    look_at = clock.monotonic() + kLookEvery;
    const json state = TRY(asker.ask({{"command", "backup_state"}, {"id", id}}));
    lines.show(state.value("progress", json()));
    has_ended = state.value("backup", json::object()).value("state", "") != to_text(BackupState::running);
  }
}

Result<void> create_by_server(const CommandLine& line, const Settings& settings, BackupAsker& asker, Clock& clock,
                              Random& random) {
  const auto output = TRY(Output::open(line.output));
  const auto pipe = TRY(Pipe::make(settings.data_dir, random));
  json request = kind_request("backup_stream", line);
  request["pipe"] = pipe->name();
  const json begun = TRY(asker.ask(request));
  const std::string id = begun.value("id", "");
  const std::int64_t bytes = TRY(take_from(*pipe, output->sink(), asker, id, clock));
  const json backup = TRY(wait_for(asker, id));
  if (backup.value("state", "") != to_text(BackupState::complete)) return failed(backup);
  if (backup.value("bytes", std::int64_t{0}) != bytes)
    return Error{ErrorCode::unavailable, "The backup did not arrive whole. Try again."};
  TRY(output->keep());
  std::fprintf(stderr, "%s  %s\n", id.c_str(), mib(bytes).c_str());
  return {};
}

Result<void> create_here(const CommandLine& line, const Settings& settings, Clock& clock, Random& random) {
  if (!fs::exists(fs::path(settings.data_dir) / "connlog.db")) {
    return Error{ErrorCode::not_found, fmt::format("There is no connlog database in {}. Name its directory with "
                                                   "--data-dir.",
                                                   settings.data_dir)};
  }
  const auto output = TRY(Output::open(line.output));
  const auto appliance = TRY(Appliance::open(settings, clock, random));
  const Backup backup = TRY(appliance->write_backup(
      output->sink(), command_line(), line.without_history ? BackupKind::without_history : BackupKind::whole));
  TRY(output->keep());
  std::fprintf(stderr, "%s  %s\n", backup.id.text().c_str(), mib(backup.bytes).c_str());
  return {};
}

Result<void> create(const CommandLine& line, const Settings& settings, Clock& clock, Random& random) {
  auto running = TRY(BackupAsker::running(settings));
  if (!line.output.empty()) {
    return running ? create_by_server(line, settings, *running, clock, random) : create_here(line, settings, clock, random);
  }
  if (!running) running = TRY(BackupAsker::here(settings, clock, random));
  return create_in_destinations(line, *running);
}

// ---------------------------------------------------------------- list

Result<void> list(const CommandLine& line, const Settings& settings, Clock& clock, Random& random) {
  auto asker = TRY(BackupAsker::running(settings));
  if (!asker) asker = TRY(BackupAsker::here(settings, clock, random));
  const json answer = TRY(asker->ask({{"command", "backup_list"}}));
  const json items = answer.value("items", json::array());
  if (line.as_json) {
    std::printf("%s\n", json{{"items", items}}.dump(2).c_str());
    return {};
  }
  if (items.empty()) std::printf("There are no backups. `connlog backup create` makes one.\n");
  for (const json& backup : items) {
    const json verified = backup.value("verified_at", json());
    std::printf("%s  %s  %-15s  %-8s  %10s  %s\n", backup.value("id", "").c_str(),
                backup.value("started_at", "").c_str(), backup.value("kind", "").c_str(),
                backup.value("state", "").c_str(), mib(backup.value("bytes", std::int64_t{0})).c_str(),
                verified.is_null() ? "" : backup.value("verify_trouble", "").empty() ? "verified" : "DAMAGED");
    if (const std::string trouble = backup.value("trouble", ""); !trouble.empty()) std::printf("    %s\n", trouble.c_str());
    for (const json& copy : backup.value("copies", json::array())) {
      if (copy.value("is_there", false)) std::printf("    in %s\n", copy.value("destination", "").c_str());
    }
  }
  return {};
}

int exit_code(const Result<void>& done) {
  return done ? 0 : refuse_command(done.error());
}

}  // namespace

// ---------------------------------------------------------------- whom it asks

Result<std::unique_ptr<BackupAsker>> BackupAsker::running(const Settings& settings) {
  auto asker = std::unique_ptr<BackupAsker>(new BackupAsker);
  asker->socket_ = fs::path(settings.data_dir) / "control.sock";
  const auto answer = TRY(ask_running_server(asker->socket_, json{{"command", "backup_facts"}}.dump()));
  if (!answer) return std::unique_ptr<BackupAsker>();
  return asker;
}

Result<std::unique_ptr<BackupAsker>> BackupAsker::here(const Settings& settings, Clock& clock, Random& random) {
  if (!fs::exists(fs::path(settings.data_dir) / "connlog.db")) {
    return Error{ErrorCode::not_found, fmt::format("There is no connlog database in {}. Name its directory with "
                                                   "--data-dir.",
                                                   settings.data_dir)};
  }
  auto asker = std::unique_ptr<BackupAsker>(new BackupAsker);
  asker->appliance_ = TRY(Appliance::open(settings, clock, random));
  return asker;
}

Result<json> BackupAsker::ask(const json& request) {
  const std::string text = request.dump(-1, ' ', false, json::error_handler_t::replace);
  std::string answer;
  if (appliance_) {
    answer = appliance_->answer_control_request(text);
  } else {
    auto given = TRY(ask_running_server(socket_, text));
    if (!given) return Error{ErrorCode::unavailable, "connlog was stopped meanwhile."};
    answer = *std::move(given);
  }
  TRY(read_control_answer(answer));
  return json::parse(answer, nullptr, false);
}

Result<std::string> backup_before(BackupTrigger trigger, const Settings& settings, Clock& clock, Random& random) {
  const auto appliance = TRY(Appliance::open(settings, clock, random));
  return appliance->make_backup(command_line(), trigger);
}

int backup_command(const CommandLine& line, const Settings& settings, Clock& clock, Random& random) {
  switch (line.command) {
    case CommandLine::Command::backup_verify:
      return verify_backup(line, settings, clock, random);
    case CommandLine::Command::backup_list:
      return exit_code(list(line, settings, clock, random));
    case CommandLine::Command::backup_init:
      return exit_code(init_backup_directory(line, settings, clock, random));
    default:
      return exit_code(create(line, settings, clock, random));
  }
}

}  // namespace connlog

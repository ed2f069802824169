#include "core/audit/syslog_forward.h"

#include <fmt/format.h>
#include <poll.h>
#include <pthread.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/log.h"
#include "core/base/text.h"
#include "core/net/http_url.h"

namespace connlog {
namespace {

using nlohmann::json;

constexpr const char* kSettingKey = "syslog";
constexpr std::size_t kPemMax = 64 * 1024;
constexpr int kBatchRowsMax = 100;       // of one trail, in memory
constexpr milliseconds kLookEvery{500};  // how often to look for new rows and for a closed connection
constexpr milliseconds kConnectTimeout{10'000};
constexpr milliseconds kTakenWithin{30'000};  // for the other side's TCP to take a batch
constexpr milliseconds kFirstPause{1'000};
constexpr milliseconds kLongestPause{60'000};

std::size_t index_of(Trail trail) {
  return static_cast<std::size_t>(trail);
}

Result<SyslogSettings> checked(SyslogSettings settings) {
  if (!settings.enabled && settings.host.empty()) return settings;
  if (settings.host.size() > 2 && settings.host.front() == '[')
    settings.host = settings.host.substr(1, settings.host.size() - 2);
  if (!is_host(settings.host))
    return invalid("host", "The syslog server must be a name such as logs.example.com, or an address.");
  if (settings.port < 1 || settings.port > 65'535)
    return invalid("port", "The port must be between 1 and 65535; 6514 is usual with TLS, 601 without.");
  if (settings.trails.empty()) return invalid("trails", "Choose at least one trail, or switch the forwarding off.");
  if (settings.ca_pem.size() > kPemMax) return invalid("ca_pem", "The certificates are longer than 64 KiB.");
  if (settings.ca_pem.find_first_not_of(" \t\r\n") == std::string::npos) settings.ca_pem.clear();
  if (!settings.ca_pem.empty()) TRY(TrustAnchors::open({TlsTrust::Kind::ca_pem, settings.ca_pem}, {}));
  return settings;
}

std::string described(const SyslogSettings& settings) {
  if (!settings.enabled) return "switched off";
  std::vector<std::string_view> names;
  for (const Trail trail : settings.trails) names.push_back(to_text(trail));
  return fmt::format("{}:{} over {}, trails: {}", settings.host, settings.port, settings.tls ? "TLS" : "TCP",
                     fmt::join(names, ", "));
}

}  // namespace

struct SyslogForward::Batch {
  std::string frames;
  std::array<std::int64_t, 3> up_to{};
  std::int64_t rows = 0;
};

bool SyslogSettings::forwards(Trail trail) const {
  return enabled && std::ranges::find(trails, trail) != trails.end();
}

SyslogForward::SyslogForward(Parts parts) : parts_(std::move(parts)) {}

SyslogForward::~SyslogForward() {
  stop();
}

void SyslogForward::start() {
  thread_ = std::thread([this] { run(); });
  pthread_setname_np(thread_.native_handle(), "syslog");
}

void SyslogForward::stop() {
  stopping_ = true;
  { const std::lock_guard lock(mutex_); }
  woken_.notify_all();
  if (thread_.joinable()) thread_.join();
}

Result<SyslogSettings> SyslogForward::settings(Snapshot& snapshot) const {
  const auto text = TRY(parts_.settings.get(snapshot, kSettingKey));
  SyslogSettings out;
  if (!text) return out;
  const json stored = json::parse(*text, nullptr, false);
  if (!stored.is_object())
    return Error{ErrorCode::internal, "The stored syslog settings cannot be read. Enter them again.", {}, "not JSON"};
  out.enabled = stored.value("enabled", false);
  out.host = stored.value("host", "");
  out.port = stored.value("port", std::int64_t{6514});
  out.tls = stored.value("tls", true);
  out.ca_pem = stored.value("ca_pem", "");
  out.trails.clear();
  for (const json& name : stored.value("trails", json::array())) {
    const auto trail = name.is_string() ? parse_word<Trail>(name.get<std::string>()) : std::nullopt;
    if (trail) out.trails.push_back(*trail);
  }
  return out;
}

Result<SyslogSettings> SyslogForward::change(Transaction& tx, const Actor& actor, SyslogSettings wanted) {
  wanted = TRY(checked(std::move(wanted)));
  const SyslogSettings before = TRY(settings(tx));
  json names = json::array();
  for (const Trail trail : wanted.trails) names.push_back(to_text(trail));
  const json stored = {{"enabled", wanted.enabled}, {"host", wanted.host},     {"port", wanted.port},
                       {"tls", wanted.tls},         {"ca_pem", wanted.ca_pem}, {"trails", names}};
  TRY(parts_.settings.put(tx, kSettingKey, stored.dump(-1, ' ', false, json::error_handler_t::replace)));
  for (const Trail trail : kTrails) {
    if (!wanted.forwards(trail) || before.forwards(trail)) continue;
    TRY(parts_.trails.set_forwarded(tx, trail, parts_.trails.heads().of(trail).sequence));
  }
  TRY(parts_.audit.append(tx, actor, "syslog.changed", wanted.host, described(wanted)));
  tx.after_commit([this] {
    {
      const std::lock_guard lock(mutex_);  // without it the thread could miss the change just before it waits
      changed_ = true;
    }
    woken_.notify_all();
  });
  return wanted;
}

SyslogState SyslogForward::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

// ------------------------------------------------------------------- the thread

void SyslogForward::run() {
  while (!stopping_) {
    beat_.alive();
    try {
      turn();
    } catch (const std::exception& trouble) {  // no memory
      failed(trouble.what());
    }
  }
  beat_.rests();
  connection_.reset();
}

bool SyslogForward::wait(milliseconds time) {
  std::unique_lock lock(mutex_);
  return !woken_.wait_for(lock, time, [this] { return stopping_.load() || changed_.load(); });
}

// The rows wait, and are sent in order once the recovery has ended.
void SyslogForward::wait_in_recovery() {
  connection_.reset();
  std::unique_lock lock(mutex_);
  state_.phase = SyslogState::Phase::waiting;
  woken_.wait_for(lock, kLookEvery, [this] { return stopping_.load(); });
}

void SyslogForward::turn() {
  if (in_recovery(parts_.recovery)) return wait_in_recovery();
  if (changed_.exchange(false)) {
    connection_.reset();
    pause_ = milliseconds(0);
    const Result<SyslogSettings> loaded = load();
    if (!loaded) {
      changed_ = true;
      return failed(loaded.error().message);
    }
    in_force_ = *loaded;
    const std::lock_guard lock(mutex_);
    state_.last_error.clear();
  }
  {
    const std::int64_t waiting = backlog();
    const std::lock_guard lock(mutex_);
    state_.backlog = waiting;
    if (!in_force_.enabled) state_.phase = SyslogState::Phase::off;
  }
  if (!in_force_.enabled) {
    wait(kLongestPause);
    return;
  }
  if (!connection_) {
    {
      const std::lock_guard lock(mutex_);
      state_.phase = SyslogState::Phase::connecting;
    }
    auto made = StreamConnection::connect(
        parts_.outbound, OutboundPurpose::syslog,
        {in_force_.host, static_cast<std::uint16_t>(in_force_.port), in_force_.tls, in_force_.ca_pem}, kConnectTimeout,
        stopping_);
    if (!made) return failed(made.error().message);
    connection_ = std::move(*made);
    const std::lock_guard lock(mutex_);
    state_.phase = SyslogState::Phase::connected;
    state_.last_error.clear();
  }
  if (!connection_->is_open()) return failed(fmt::format("{} closed the connection.", in_force_.host));
  const Result<Batch> batch = next_batch();
  if (!batch) return failed(batch.error().message);
  if (batch->rows == 0) {
    wait(kLookEvery);
    return;
  }
  if (const auto sent = deliver(*batch); !sent) return failed(sent.error().message);
  if (const auto kept = remember(*batch); !kept) return failed(kept.error().message);
  pause_ = milliseconds(0);
  const std::lock_guard lock(mutex_);
  state_.sent += batch->rows;
  state_.last_sent_at = parts_.clock.now();
}

Result<SyslogSettings> SyslogForward::load() {
  SyslogSettings found;
  const auto read = parts_.stores.read([&](Snapshot& snapshot) -> Result<void> {
    found = TRY(settings(snapshot));
    for (const Trail trail : kTrails) {
      const std::int64_t forwarded = TRY(parts_.trails.forwarded(snapshot, trail));
      cursor_[index_of(trail)] = forwarded;
    }
    return {};
  });
  TRY(read);
  return found;
}

std::int64_t SyslogForward::backlog() const {
  const TrailHeads heads = parts_.trails.heads();
  std::int64_t rows = 0;
  for (const Trail trail : kTrails) {
    if (in_force_.forwards(trail))
      rows += std::max<std::int64_t>(0, heads.of(trail).sequence - cursor_[index_of(trail)]);
  }
  return rows;
}

// Merges the rows of the three trails by their time.
Result<SyslogForward::Batch> SyslogForward::next_batch() {
  Batch batch;
  batch.up_to = cursor_;
  if (backlog() == 0) return batch;
  std::vector<TrailEntry> rows;
  const auto read = parts_.stores.read([&](Snapshot& snapshot) -> Result<void> {
    for (const Trail trail : kTrails) {
      if (!in_force_.forwards(trail)) continue;
      auto entries = TRY(parts_.trails.after(snapshot, trail, cursor_[index_of(trail)], kBatchRowsMax));
      for (TrailEntry& entry : entries) rows.push_back(std::move(entry));
    }
    return {};
  });
  TRY(read);
  std::ranges::stable_sort(rows, {}, &TrailEntry::at);
  for (const TrailEntry& entry : rows) {
    batch.frames += syslog_frame(entry, parts_.origin);
    std::int64_t& up_to = batch.up_to[index_of(entry.trail)];
    up_to = std::max(up_to, entry.sequence);
  }
  batch.rows = static_cast<std::int64_t>(rows.size());
  return batch;
}

bool SyslogForward::writable(milliseconds time) const {
  pollfd wanted{connection_->socket(), POLLOUT, 0};
  return ::poll(&wanted, 1, static_cast<int>(time.count())) > 0;
}

Result<void> SyslogForward::deliver(const Batch& batch) {
  const Monotonic deadline = parts_.clock.monotonic() + kTakenWithin;
  const auto in_time = [&] { return !stopping_ && parts_.clock.monotonic() < deadline; };
  const auto too_slow = [&] {
    return Error{ErrorCode::network, stopping_ ? "Stopped while sending."
                                               : fmt::format("{} does not take what is sent to it.", in_force_.host)};
  };
  std::string_view left = batch.frames;
  while (!left.empty()) {
    if (!in_time()) return too_slow();
    const std::size_t sent = TRY(connection_->send(left));
    left.remove_prefix(sent);
    if (sent == 0) writable(milliseconds(100));
  }
  while (!connection_->is_acknowledged()) {
    if (!in_time()) return too_slow();
    if (!connection_->is_open())
      return Error{ErrorCode::network, fmt::format("{} closed the connection.", in_force_.host)};
    wait(milliseconds(5));
  }
  return {};
}

Result<void> SyslogForward::remember(const Batch& batch) {
  const auto written = parts_.stores.write([&](Transaction& tx) -> Result<void> {
    for (const Trail trail : kTrails) {
      if (batch.up_to[index_of(trail)] == cursor_[index_of(trail)]) continue;
      TRY(parts_.trails.set_forwarded(tx, trail, batch.up_to[index_of(trail)]));
    }
    return {};
  });
  TRY(written);
  cursor_ = batch.up_to;
  return {};
}

void SyslogForward::failed(const std::string& why) {
  connection_.reset();
  if (stopping_) return;
  pause_ = std::min(kLongestPause, std::max(kFirstPause, pause_ * 2));
  bool is_new = false;
  {
    const std::lock_guard lock(mutex_);
    is_new = state_.last_error != why;
    state_.phase = SyslogState::Phase::waiting;
    state_.last_error = why;
    state_.last_error_at = parts_.clock.now();
    ++state_.failures;
  }
  if (is_new) log_warning("syslog.failed", {{"message", why}});
  wait(pause_);
}

}  // namespace connlog

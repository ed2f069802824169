#include "host/server_trust.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>

#include "core/base/log.h"
#include "core/wire/trust.h"

namespace connlog {
namespace {

constexpr std::size_t kWaysMax = 3;
constexpr microseconds kTryAgainAfter = seconds(6 * 3600);

TlsTrust trust_of(std::string_view word) {
  if (word == wire::kTrustSystem) return {};
  return {.kind = TlsTrust::Kind::ca_pin, .value = std::string(word.substr(wire::kTrustPin.size()))};
}

bool is_distrusted(const HttpOutcome& outcome) {
  return outcome.failure && outcome.failure->kind == TransportFailure::Kind::tls;
}

}  // namespace

ServerTrust::ServerTrust(std::string base, std::string directory, Open opener, const Clock& clock)
    : base_(std::move(base)),
      path_(directory.empty() ? std::string() : directory + "/" + std::string(kLearntTrustName)),
      open_(std::move(opener)),
      clock_(clock) {}

Result<std::unique_ptr<ServerTrust>> ServerTrust::open(const AgentSettings& settings, Open opener, const Clock& clock) {
  std::unique_ptr<ServerTrust> out(new ServerTrust(settings.base, settings.state_directory, std::move(opener), clock));
  Way first{.word = std::string(wire::kTrustSystem), .trust = {}, .client = nullptr};
  if (!settings.ca_pin.empty()) {
    first.word = std::string(wire::kTrustPin) + settings.ca_pin;
    first.trust = trust_of(first.word);
  }
  if (!settings.ca_pem.empty()) {
    first.word = wire::kTrustFile;
    first.trust = {.kind = TlsTrust::Kind::ca_pem, .value = settings.ca_pem};
  }
  auto client = TRY(out->open_(first.trust));
  first.client = std::move(client);
  out->clients_.push_back(first.client);
  const bool chosen_by_hand = first.word == wire::kTrustFile;
  out->ways_.push_back(std::move(first));
  // A file of authorities is its administrator's decision; nothing is added to it.
  if (!chosen_by_hand) out->read_learnt();
  return out;
}

std::shared_ptr<HttpClient> ServerTrust::client_of(Way& way) {
  if (way.client) return way.client;
  auto opened = open_(way.trust);
  if (!opened) return nullptr;
  way.client = std::move(*opened);
  const std::lock_guard lock(mutex_);
  clients_.push_back(way.client);
  if (cancelled_) way.client->cancel();
  return way.client;
}

HttpOutcome ServerTrust::perform(const HttpRequest& request) {
  HttpOutcome outcome = ways_[present_].client->perform(request);
  if (!is_distrusted(outcome)) return outcome;
  for (std::size_t i = 0; i < ways_.size(); ++i) {
    if (i == present_) continue;
    const auto client = client_of(ways_[i]);
    if (!client) continue;
    HttpOutcome other = client->perform(request);
    if (is_distrusted(other)) continue;
    if (!other.failure) {
      present_ = i;
      log_info("agent.trust_changed", {{"by", ways_[i].word}});
    }
    return other;
  }
  return outcome;
}

void ServerTrust::cancel() {
  const std::lock_guard lock(mutex_);
  cancelled_ = true;
  for (const auto& client : clients_) client->cancel();
}

void ServerTrust::learn(const std::string& told, const HttpRequest& probe) {
  if (!wire::is_trust_told(told) || ways_.front().word == wire::kTrustFile) return;
  if (std::any_of(ways_.begin(), ways_.end(), [&](const Way& way) { return way.word == told; })) return;
  if (told == refused_ && clock_.monotonic() - refused_at_ < kTryAgainAfter) return;
  Way way{.word = told, .trust = trust_of(told), .client = nullptr};
  const auto client = client_of(way);
  if (!client) return;
  const HttpOutcome tried = client->perform(probe);
  if (tried.failure) {
    {
      const std::lock_guard lock(mutex_);
      std::erase(clients_, client);
    }
    if (tried.failure->kind == TransportFailure::Kind::tls && refused_ != told)
      log_warning("agent.trust_not_learnt", {{"told", told}, {"reason", tried.failure->message}});
    refused_ = told;
    refused_at_ = clock_.monotonic();
    return;
  }
  refused_.clear();
  // The settings' own stays; of the learnt ones the oldest that is not in use goes.
  if (ways_.size() == kWaysMax) {
    const std::size_t oldest = present_ == 1 ? 2 : 1;
    ways_.erase(ways_.begin() + static_cast<std::ptrdiff_t>(oldest));
    if (present_ > oldest) --present_;
  }
  ways_.push_back(std::move(way));
  keep_learnt();
  log_info("agent.trust_learnt", {{"told", told}});
}

std::string ServerTrust::words() const {
  std::string out;
  for (const Way& way : ways_) {
    if (!out.empty()) out += ',';
    out += way.word.substr(0, wire::kTrustPin.size() + wire::kTrustPinDigits);
  }
  return out;
}

void ServerTrust::read_learnt() {
  if (path_.empty()) return;
  std::ifstream file(path_);
  std::string line;
  if (!std::getline(file, line) || line != base_) return;               // of another server
  if (!std::getline(file, line) || line != ways_.front().word) return;  // the settings were changed since
  while (ways_.size() < kWaysMax && std::getline(file, line)) {
    const bool known = std::any_of(ways_.begin(), ways_.end(), [&](const Way& way) { return way.word == line; });
    if (!known && wire::is_trust_told(line))
      ways_.push_back({.word = line, .trust = trust_of(line), .client = nullptr});
  }
}

void ServerTrust::keep_learnt() const {
  if (path_.empty()) return;
  std::string text = base_ + "\n" + ways_.front().word + "\n";
  for (std::size_t i = 1; i < ways_.size(); ++i) text += ways_[i].word + "\n";
  const std::string beside = path_ + ".new";
  ::unlink(beside.c_str());
  const int fd = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  const bool good =
      fd >= 0 && ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(fd) == 0;
  if (fd >= 0) ::close(fd);
  if (!good || std::rename(beside.c_str(), path_.c_str()) != 0)
    log_warning("agent.trust_not_kept", {{"file", path_}, {"text", "It is learnt again after the next start."}});
}

}  // namespace connlog

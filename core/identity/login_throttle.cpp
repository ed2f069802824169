#include "core/identity/login_throttle.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace connlog {

std::string address_unit(std::string_view address) {
  std::array<std::uint8_t, 16> bytes{};
  if (address.find(':') == std::string_view::npos ||
      inet_pton(AF_INET6, std::string(address).c_str(), bytes.data()) != 1) {
    return std::string(address);
  }
  const bool mapped = std::all_of(bytes.begin(), bytes.begin() + 10, [](std::uint8_t b) { return b == 0; }) &&
                      bytes[10] == 0xFF && bytes[11] == 0xFF;
  if (mapped) return fmt::format("{}.{}.{}.{}", bytes[12], bytes[13], bytes[14], bytes[15]);
  std::fill(bytes.begin() + 8, bytes.end(), std::uint8_t{0});
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(AF_INET6, bytes.data(), text.data(), text.size());
  return std::string(text.data()) + "/64";
}

void LoginThrottle::make_room(Entries& entries, Monotonic now) {
  if (entries.size() < kEntriesMax) return;
  std::erase_if(entries, [&](const auto& entry) { return now - entry.second.last > kForgetAfter; });
  if (entries.size() < kEntriesMax) return;
  const auto least = std::min_element(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
    return std::pair(a.second.failures, a.second.last) < std::pair(b.second.failures, b.second.last);
  });
  entries.erase(least);
}

void LoginThrottle::count(Entries& entries, const std::string& key, int free, seconds wait_max, Monotonic now) {
  auto found = entries.find(key);
  if (found != entries.end() && now - found->second.last > kForgetAfter) {
    entries.erase(found);
    found = entries.end();
  }
  if (found == entries.end()) {
    make_room(entries, now);
    found = entries.emplace(key, Entry{}).first;
  }
  Entry& entry = found->second;
  ++entry.failures;
  entry.last = now;
  if (entry.failures >= free) {
    const int doublings = std::min(entry.failures - free, 20);
    entry.blocked_until = now + std::min(seconds(std::int64_t{1} << doublings), wait_max);
  }
}

Result<void> LoginThrottle::attempt(std::string_view address, std::string_view account) {
  const std::string unit = address_unit(address);
  const std::string name(account.substr(0, 320));
  const Monotonic now = clock_.monotonic();
  const std::lock_guard lock(mutex_);
  Monotonic until = now;
  if (const auto found = by_address_.find(unit); found != by_address_.end())
    until = std::max(until, found->second.blocked_until);
  if (const auto found = by_account_.find(name); found != by_account_.end())
    until = std::max(until, found->second.blocked_until);
  if (until > now) {
    const int wait = static_cast<int>((until - now + seconds(1) - microseconds(1)).count() / 1'000'000);
    return Error{
        ErrorCode::rate_limited, fmt::format("Too many failed attempts. Try again in {} s.", wait), {}, {}, wait};
  }
  count(by_address_, unit, kFreeByAddress, kWaitByAddressMax, now);
  if (!name.empty()) count(by_account_, name, kFreeByAccount, kWaitByAccountMax, now);
  return {};
}

void LoginThrottle::succeeded(std::string_view address, std::string_view account) {
  const std::lock_guard lock(mutex_);
  by_account_.erase(std::string(account.substr(0, 320)));
  // Only this attempt is taken back: one good login must not clear an address that guesses other accounts beside it.
  if (const auto found = by_address_.find(address_unit(address)); found != by_address_.end()) {
    Entry& entry = found->second;
    entry.blocked_until = Monotonic{};
    if (--entry.failures <= 0) by_address_.erase(found);
  }
}

std::size_t LoginThrottle::entries() const {
  const std::lock_guard lock(mutex_);
  return by_address_.size() + by_account_.size();
}

}  // namespace connlog

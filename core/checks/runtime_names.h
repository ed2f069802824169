// Names for the runtime of checks: one c-ares channel for all of them, on the runtime's poller. Follows a change of the
// system's resolv.conf. Questions for the same name at the same time are asked once. One thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/checks/poller.h"

namespace connlog {

class Names {
 public:
  // A lookup ends after this long whatever the name servers do: below the shortest time limit of a check, so that silence
  // of the name servers is told as that.
  static constexpr milliseconds kLookupMax{3'500};

  // `servers`: "127.0.0.1:5353,…"; empty: those of the system.
  Names(Poller& poller, const Clock& clock, std::string servers);
  ~Names();
  Names(const Names&) = delete;
  Names& operator=(const Names&) = delete;

  CheckRuntime::Held resolve(const std::string& host, AddressFamily family, std::function<void(Lookup)> call);
  CheckRuntime::Held ask(std::function<void(bool is_well, std::string text)> call);
  std::vector<HostPort> servers() const;

  // How long until turn() must be called.
  std::optional<milliseconds> wait() const;
  void turn();

 private:
  class Wish;
  class Question;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace connlog

// Gathers what only a process on this machine knows for the production check (core/appliance/inspection.h): settings,
// files, the certificate on disk, where the public name leads, the kernel's limits and the clock. Any thread; looking up
// the name may take seconds.
#pragma once

#include <mutex>
#include <string>

#include "core/appliance/inspection.h"
#include "core/base/random.h"
#include "core/config/settings.h"

namespace connlog {

// Where the host of public_url leads, by this machine's name server.
struct PublicHost {
  bool resolves = true;
  bool is_here = true;  // one of its addresses is this machine's
};
PublicHost look_up_public_host(const Settings& settings);

// The same, at most once a minute, for those who ask again and again. Who comes while another looks it up gets the answer
// of before.
class PublicHostLook {
 public:
  PublicHost get(const Settings& settings, const Clock& clock);

 private:
  std::mutex looking_;  // held by the one who looks it up
  std::mutex mutex_;    // guards what follows
  PublicHost known_;
  Monotonic looked_at_;
};

SetUpFacts set_up_facts(const Settings& settings, const PublicHost& host, Random& random);
// `serves`: this process is the server, so that its user and its limits count.
MachineFacts machine_facts(const Settings& settings, bool serves);

}  // namespace connlog

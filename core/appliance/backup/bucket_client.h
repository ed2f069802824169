// Signed requests to one bucket: each waits for its answer, and is sent again a few times where the service is busy or did
// not answer. Only single objects, by their exact names, and two questions about the bucket itself: nothing is listed, and
// nothing is deleted by prefix. One thread at a time.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/appliance/backup/bucket_answer.h"
#include "core/appliance/backup/bucket_settings.h"
#include "core/base/clock.h"
#include "core/net/http_client.h"

namespace connlog {

// Asked again and again while something is under way; an error ends it.
using GoOn = std::function<Result<void>()>;

struct BucketPatience {
  // The wait before each further try of the same request.
  std::vector<milliseconds> waits = {milliseconds(1'000), milliseconds(4'000), milliseconds(15'000),
                                     milliseconds(45'000)};
  std::function<void(milliseconds)> sleep = {};  // empty: sleeps; called for at most a second at a time
  GoOn go_on = {};                               // asked beside the one of each request; for the end of the program
};

class BucketClient {
 public:
  BucketClient(BucketSettings settings, const OutboundOptions& outbound, const Clock& clock, BucketPatience patience);

  struct Call {
    std::string method;
    std::string object;  // below the prefix; empty: the bucket itself
    std::vector<std::pair<std::string, std::string>> query = {};
    std::vector<HttpHeader> headers = {};
    std::span<const std::uint8_t> body = {};
    milliseconds timeout{60'000};
    std::size_t answer_bytes_max = kBucketAnswerMax;
  };
  // The answer, whatever its status. Errors: none came, or `go_on` ended it.
  Result<HttpAnswer> send(const Call& call, const GoOn& go_on);
  // Whether requests can be made at all: says what is missing. Sends nothing.
  Result<void> ready();

  const BucketSettings& settings() const { return settings_; }

 private:
  HttpRequest signed_request(const Call& call) const;
  Result<void> pause(milliseconds time, const GoOn& go_on) const;

  const BucketSettings settings_;
  const OutboundOptions outbound_;
  const Clock& clock_;
  const BucketPatience patience_;
  std::unique_ptr<HttpClient> http_;
};

}  // namespace connlog

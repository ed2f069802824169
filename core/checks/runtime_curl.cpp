#include "core/checks/runtime_curl.h"

#include <curl/curl.h>

#include <algorithm>
#include <utility>

#include "core/base/assert.h"
#include "core/net/transfer.h"

namespace connlog {
namespace {

constexpr std::size_t kEasyKept = 256;

}  // namespace

// One easy handle that runs.
class CurlLoop::Easy final : public CheckRuntime::Handle {
 public:
  Easy(CurlLoop& loop, CURL* easy, std::function<void(int)> ended) : loop_(loop), easy_(easy), ended_(std::move(ended)) {}
  ~Easy() override {
    if (loop_.running_.erase(easy_) > 0) curl_multi_remove_handle(loop_.multi_, easy_);
  }

  CurlLoop& loop_;
  CURL* const easy_;
  std::function<void(int)> ended_;
};

struct CurlLoopCallbacks {
  static int socket(CURL*, curl_socket_t socket, int what, void* context, void*) {
    auto& loop = *static_cast<CurlLoop*>(context);
    if (what == CURL_POLL_REMOVE) {
      loop.sockets_.erase(socket);
      return 0;
    }
    const std::uint32_t wanted = ((what & CURL_POLL_IN) != 0 ? CheckRuntime::kReadable : 0U) |
                                 ((what & CURL_POLL_OUT) != 0 ? CheckRuntime::kWritable : 0U);
    std::unique_ptr<Poller::Watch>& watch = loop.sockets_[socket];
    if (watch != nullptr) {
      watch->wants(wanted);
      return 0;
    }
    watch = loop.poller_.watch(socket, wanted, [&loop, socket](std::uint32_t ready) {
      int still_running = 0;
      const int mask = ((ready & CheckRuntime::kReadable) != 0 ? CURL_CSELECT_IN : 0) |
                       ((ready & CheckRuntime::kWritable) != 0 ? CURL_CSELECT_OUT : 0);
      curl_multi_socket_action(loop.multi_, socket, mask, &still_running);
    });
    return 0;
  }

  static int timer(CURLM*, long timeout_ms, void* context) {
    auto& loop = *static_cast<CurlLoop*>(context);
    loop.due_.reset();
    if (timeout_ms >= 0) loop.due_ = SystemClock().monotonic() + milliseconds(timeout_ms);
    return 0;
  }
};

CurlLoop::CurlLoop(Poller& poller) : poller_(poller) {
  start_libcurl();
  multi_ = curl_multi_init();
  CONNLOG_ASSERT(multi_ != nullptr);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, CurlLoopCallbacks::socket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, CurlLoopCallbacks::timer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  // Each check makes its own connection: to keep any would be to check less, and to hold descriptors.
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, 1L);
  curl_multi_setopt(multi_, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_NOTHING));
}

CurlLoop::~CurlLoop() {
  CONNLOG_ASSERT(running_.empty());
  for (void* easy : kept_) curl_easy_cleanup(easy);
  curl_multi_cleanup(multi_);
}

CheckRuntime::Held CurlLoop::add(void* easy, std::function<void(int)> ended) {
  auto held = std::make_unique<Easy>(*this, easy, std::move(ended));
  running_.emplace(easy, held.get());
  CONNLOG_ASSERT(curl_multi_add_handle(multi_, easy) == CURLM_OK);
  return held;
}

void* CurlLoop::take() {
  if (kept_.empty()) {
    CURL* easy = curl_easy_init();
    CONNLOG_ASSERT(easy != nullptr);
    return easy;
  }
  void* easy = kept_.back();
  kept_.pop_back();
  return easy;
}

void CurlLoop::give(void* easy) {
  if (easy == nullptr) return;
  if (kept_.size() >= kEasyKept) return curl_easy_cleanup(easy);
  // What a reset leaves alone are cookies, sessions and names that this handle learned: none of them may be of use to the
  // next check.
  curl_easy_setopt(easy, CURLOPT_COOKIELIST, "ALL");
  curl_easy_reset(easy);
  kept_.push_back(easy);
}

std::optional<milliseconds> CurlLoop::wait() const {
  if (!due_) return std::nullopt;
  return std::chrono::ceil<milliseconds>(std::max(*due_ - SystemClock().monotonic(), microseconds(0)));
}

void CurlLoop::turn() {
  if (due_ && SystemClock().monotonic() >= *due_) {
    due_.reset();
    int still_running = 0;
    curl_multi_socket_action(multi_, CURL_SOCKET_TIMEOUT, 0, &still_running);
  }
  tell_ended();
}

void CurlLoop::tell_ended() {
  std::vector<std::pair<CURL*, int>> all;
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg == CURLMSG_DONE) all.emplace_back(message->easy_handle, static_cast<int>(message->data.result));
  }
  for (const auto& [easy, code] : all) {
    // One that ended may have taken another with it.
    const auto found = running_.find(easy);
    if (found == running_.end()) continue;
    Easy& held = *found->second;
    running_.erase(found);
    curl_multi_remove_handle(multi_, easy);
    const std::function<void(int)> ended = std::move(held.ended_);
    ended(code);  // may destroy the handle
  }
}

}  // namespace connlog

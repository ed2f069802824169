// The control socket, both ends of it over the real one: what is too long or breaks off is said, and is never taken for
// silence.
#include "cli/control_socket.h"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <thread>

#include "tests/support/temporary_directory.h"

using namespace connlog;

namespace {

// What a caller is told when the server answers `answer` to `request`: the answer, or the error's words.
std::string told(const std::string& answer, const std::string& request = "{}") {
  const TemporaryDirectory directory;
  const auto path = directory.path() / "control.sock";
  const auto server = ControlServer::start(path, [&](const std::string&) { return answer; });
  REQUIRE_MESSAGE(server.has_value(), server.error().message);
  const auto heard = ask_running_server(path, request);
  if (!heard) return heard.error().message;
  REQUIRE(heard->has_value());
  return **heard;
}

}  // namespace

TEST_CASE("an answer over the control socket may be long, and one that is too long is said to be") {
  for (const std::size_t bytes :
       {std::size_t{0}, std::size_t{64 * 1024}, std::size_t{64 * 1024 + 1}, kControlAnswerBytesMax}) {
    const std::string answer(bytes, 'a');
    CHECK(told(answer) == answer);
  }
  const std::string refused = told(std::string(kControlAnswerBytesMax + 1, 'a'));
  CHECK_MESSAGE(refused.find("more than 16 MiB") != std::string::npos, refused.substr(0, 200));
}

TEST_CASE("a request that is too long for the control socket is refused before it is sent") {
  CHECK(told("ok", std::string(64 * 1024, 'r')) == "ok");
  CHECK(told("ok", std::string(64 * 1024 + 1, 'r')) == "The request is longer than 64 KiB.");
}

TEST_CASE("no server, one that is too slow and one that breaks off are told apart") {
  const TemporaryDirectory directory;
  const auto path = directory.path() / "control.sock";
  const auto nobody = ask_running_server(path, "{}");
  REQUIRE(nobody.has_value());
  CHECK_FALSE(nobody->has_value());

  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.string().copy(address.sun_path, sizeof address.sun_path - 1);
  const int listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  REQUIRE(::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  REQUIRE(::listen(listener, 2) == 0);
  const auto slow = ask_running_server(path, "{}", std::chrono::seconds(1));
  REQUIRE_FALSE(slow.has_value());
  CHECK(slow.error().message == "The running connlog did not answer within 1 s.");

  ::close(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC));  // the one that gave up
  std::thread rude([&] { ::close(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC)); });
  const auto cut = ask_running_server(path, "{}");
  rude.join();
  ::close(listener);
  REQUIRE_FALSE(cut.has_value());
  const bool told_so = cut.error().message.find("did not answer. It refuses other users") != std::string::npos ||
                       cut.error().message.find("did not take the request") != std::string::npos;
  CHECK_MESSAGE(told_so, cut.error().message);
}

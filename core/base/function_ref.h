// A reference to something callable, for a function that calls what it is given before it returns. It costs two words and
// no code of its own, where std::function costs a copy and a manager for each lambda.
//
// It owns nothing: never keep one beyond the call that received it. Threads: as what it refers to.
#pragma once

#include <memory>
#include <type_traits>
#include <utility>

namespace connlog {

template <typename Signature>
class FunctionRef;

template <typename Answer, typename... Given>
class FunctionRef<Answer(Given...)> {
 public:
  template <typename Callable>
    requires(!std::is_same_v<std::remove_cvref_t<Callable>, FunctionRef> &&
             std::is_invocable_r_v<Answer, Callable&, Given...>)
  FunctionRef(Callable&& callable) noexcept  // implicit: a lambda is written where it is used
      : callable_(const_cast<void*>(static_cast<const void*>(std::addressof(callable)))),
        call_([](void* callable_at, Given... given) -> Answer {
          return (*static_cast<std::remove_reference_t<Callable>*>(callable_at))(std::forward<Given>(given)...);
        }) {}

  Answer operator()(Given... given) const { return call_(callable_, std::forward<Given>(given)...); }

 private:
  void* callable_;
  Answer (*call_)(void*, Given...);
};

}  // namespace connlog

// The stores that the administration uses. storage/ provides them.
#pragma once

namespace connlog {

class LimitStore;
class ApiKeyStore;
class BreakGlassStore;
class AccessReviewStore;
class ApplianceDirectory;
class NetworkStore;

struct AdministrationStores {
  LimitStore& limits;
  ApiKeyStore& api_keys;
  BreakGlassStore& break_glass;
  AccessReviewStore& reviews;
  ApplianceDirectory& directory;
  NetworkStore& networks;
};

}  // namespace connlog

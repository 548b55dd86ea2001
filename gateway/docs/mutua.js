const ui = SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#reference",
  layout: "BaseLayout",
  presets: [SwaggerUIBundle.presets.apis],
  validatorUrl: null, // the document stays here
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  defaultModelExpandDepth: 2,
  displayRequestDuration: true,
  filter: true,
  tryItOutEnabled: true,
  oauth2RedirectUrl: `${location.origin}/docs/oauth2-redirect.html`,
});
ui.initOAuth({
  clientId: "mutua-spa",
  usePkceWithAuthorizationCodeGrant: true,
  scopes: "openid profile api",
});

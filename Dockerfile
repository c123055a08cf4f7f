# The image of every process of ours: worker (default), simulated venue, set-up. Nothing in it is secret.
FROM node:20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src src
COPY workflows workflows
COPY activities activities
COPY workers workers
COPY scripts scripts
# Compiles, and bundles the workflows: a container starts without a compiler and without room to write.
RUN npm run build

FROM node:20-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund

FROM node:20-bookworm-slim
# Temporal's client trusts the system's authorities, of which the slim image has none.
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/*
# Workflows see the machine's time zone in local times; all of ours are UTC.
ENV NODE_ENV=production TZ=UTC OMS_HEALTH_HOST=0.0.0.0
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE ./
COPY config config
# The only folder that is written: the simulated venue's ledgers. A volume on it takes its owner over.
RUN mkdir .oms && chown node:node .oms
# A number, as Kubernetes cannot tell whether a name is root.
USER 1000:1000
EXPOSE 8090 7400
ENTRYPOINT ["node"]
CMD ["dist/workers/main.js"]

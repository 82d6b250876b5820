-- Schema of Claire de Binare. Postgres' image runs it on the first start, as POSTGRES_USER in POSTGRES_DB.
-- That user owns what is made here and needs no GRANT. A GRANT to a role of another name would end the first start half way, and the
-- next one would skip the rest: user and schema must agree, so no role is named.

CREATE TABLE signals (
    id           bigserial PRIMARY KEY,
    symbol       varchar(20)   NOT NULL,
    side         varchar(4)    NOT NULL CHECK (side IN ('BUY', 'SELL')),
    confidence   numeric(5, 4) NOT NULL DEFAULT 0 CHECK (confidence BETWEEN 0 AND 1),
    price        numeric(20, 8),
    reason       text,
    created_at   timestamptz   NOT NULL DEFAULT now()
);

CREATE TABLE orders (
    id                bigserial PRIMARY KEY,
    order_id          varchar(64)    NOT NULL UNIQUE,
    symbol            varchar(20)    NOT NULL,
    side              varchar(4)     NOT NULL CHECK (side IN ('BUY', 'SELL')),
    type              varchar(10)    NOT NULL DEFAULT 'MARKET',
    quantity          numeric(20, 8) NOT NULL CHECK (quantity > 0),
    price             numeric(20, 8),
    filled_quantity   numeric(20, 8) NOT NULL DEFAULT 0,
    average_price     numeric(20, 8),
    status            varchar(20)    NOT NULL,
    exchange_order_id varchar(64),
    submitted_at      bigint         NOT NULL,
    filled_at         bigint,
    created_at        timestamptz    NOT NULL DEFAULT now()
);

CREATE TABLE trades (
    id              bigserial PRIMARY KEY,
    order_id        varchar(64)    NOT NULL REFERENCES orders (order_id),
    symbol          varchar(20)    NOT NULL,
    side            varchar(4)     NOT NULL CHECK (side IN ('BUY', 'SELL')),
    quantity        numeric(20, 8) NOT NULL,
    entry_price     numeric(20, 8) NOT NULL,
    exit_price      numeric(20, 8),
    pnl             numeric(20, 8),
    status          varchar(20)    NOT NULL DEFAULT 'OPEN',
    entry_timestamp bigint         NOT NULL,
    exit_timestamp  bigint,
    created_at      timestamptz    NOT NULL DEFAULT now()
);

CREATE TABLE positions (
    id          bigserial PRIMARY KEY,
    symbol      varchar(20)    NOT NULL UNIQUE,
    quantity    numeric(20, 8) NOT NULL DEFAULT 0,
    entry_price numeric(20, 8),
    stop_loss   numeric(20, 8),
    updated_at  timestamptz    NOT NULL DEFAULT now()
);

CREATE TABLE risk_events (
    id         bigserial PRIMARY KEY,
    event_type varchar(50) NOT NULL,
    severity   varchar(10) NOT NULL DEFAULT 'INFO',
    symbol     varchar(20),
    message    text,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE balances (
    id         bigserial PRIMARY KEY,
    asset      varchar(20)    NOT NULL,
    free       numeric(20, 8) NOT NULL DEFAULT 0,
    locked     numeric(20, 8) NOT NULL DEFAULT 0,
    created_at timestamptz    NOT NULL DEFAULT now()
);

CREATE TABLE health_checks (
    id           bigserial PRIMARY KEY,
    service_name varchar(50) NOT NULL,
    status       varchar(20) NOT NULL,
    message      text,
    checked_at   timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE metrics (
    id           bigserial PRIMARY KEY,
    service_name varchar(50)      NOT NULL,
    metric_name  varchar(100)     NOT NULL,
    value        double precision NOT NULL,
    recorded_at  timestamptz      NOT NULL DEFAULT now()
);

CREATE TABLE strategy_params (
    id         bigserial PRIMARY KEY,
    strategy   varchar(50)  NOT NULL,
    name       varchar(50)  NOT NULL,
    value      varchar(100) NOT NULL,
    updated_at timestamptz  NOT NULL DEFAULT now(),
    UNIQUE (strategy, name)
);

CREATE TABLE schema_version (
    version     varchar(20) PRIMARY KEY,
    description text,
    applied_at  timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX orders_symbol_created ON orders (symbol, created_at);
CREATE INDEX trades_symbol_created ON trades (symbol, created_at);

CREATE VIEW v_current_performance AS
SELECT count(*)                                AS trades,
       count(*) FILTER (WHERE pnl > 0)         AS winning,
       count(*) FILTER (WHERE status = 'OPEN') AS open_trades,
       coalesce(sum(pnl), 0)                   AS total_pnl
FROM trades;

CREATE VIEW v_last_24h_stats AS
SELECT symbol, count(*) AS orders, sum(filled_quantity * average_price) AS volume
FROM orders
WHERE created_at > now() - interval '24 hours'
GROUP BY symbol;

INSERT INTO schema_version (version, description) VALUES ('1.0.0', 'first');
INSERT INTO balances (asset, free) VALUES ('USDT', 10000);

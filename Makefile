# `make` lists the targets.
VENV ?= .venv
PYTHON ?= $(shell for one in python3.13 python3.12 python3.11 python3; do \
	$$one -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $$one && break; done)
BIN := $(VENV)/bin
PORT ?= 8000
HOST ?= 127.0.0.1
DATA ?= data
EMPLOYERS ?= 300
WORKERS ?= 20000
export DEBUG ?= 1
export ANKANG_DATA ?= $(abspath $(DATA))

.PHONY: help setup setup-dev run simulate worker format lint types imports migrations test test-js test-postgres test-browser check bench release

help:  ## 列出所有命令
	@grep -hE '^[a-z-]+:.*##' Makefile | awk -F':.*## ' '{printf "%-14s %s\n", $$1, $$2}'

$(VENV)/.installed: requirements.lock
	@echo "正在安装，第一次约一两分钟……"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.lock
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements-dev.lock
	@touch $@ $(VENV)/.installed

setup: $(VENV)/.installed  ## 安装运行所需
setup-dev: $(VENV)/.installed-dev  ## 安装开发和测试所需

run: setup  ## 启动网站和后台进程（首次会装入青岛 2020 演示数据）
	@ANKANG_DEMO=$${ANKANG_DEMO-1} exec $(BIN)/python -m ankang serve --first-city cities/qingdao-2020 --host $(HOST) --port $(PORT)

simulate: setup  ## 往演示城市里加一批虚拟的单位和职工（先 make run 一次）
	$(BIN)/python -m ankang simulate --employers $(EMPLOYERS) --workers $(WORKERS)

worker: setup  ## 只启动后台进程
	$(BIN)/python -m ankang work

format: setup-dev  ## 整理格式
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

lint: setup-dev  ## 代码和模板检查
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint ankang --quiet --lint

types: setup-dev  ## 类型检查
	$(BIN)/mypy ankang

imports: setup-dev  ## 模块依赖检查
	$(BIN)/lint-imports

migrations: setup-dev  ## 数据库迁移是否齐全
	$(BIN)/python manage.py makemigrations --check --dry-run

test: setup-dev  ## 在 SQLite 上测试
	$(BIN)/python -m pytest -n 2 -m "not browser and not postgres"

test-js: setup-dev  ## 浏览器模块的单元测试（需要 Node）
	node --test tests/js/*.mjs

test-postgres: setup-dev  ## 在 PostgreSQL 上测试（自动启动临时服务器）
	ANKANG_TEST_POSTGRES=1 $(BIN)/python -m pytest -n 2 -m "not browser and not processes"

test-browser: setup-dev  ## 在 Chromium 里走完整条路
	$(BIN)/python -m pytest -n 2 --dist loadfile -m browser

check: lint types imports migrations test test-js  ## 提交前的全部检查

bench: setup-dev  ## 性能测量，写入 docs/benchmarks.md
	$(BIN)/python -m bench

release: check  ## 发布前检查并收集静态文件
	DEBUG=0 SECRET_KEY=collect $(BIN)/python manage.py collectstatic --noinput

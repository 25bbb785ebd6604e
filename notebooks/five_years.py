# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 往后看五年 · Five years ahead
#
# 一年一年地编，容易顾前不顾后：今年少动几个，明年积下一批；今年把人都派出去，后年该轮谁就没有人了。
# 这份笔记把五个学年连起来编：年龄和年限逐年增长，有人满了年限，有人退休，派出去的期满回来，
# 空出的岗位按设定补进新教师；每编一年，都看着后面几年。
#
# 一、数据和规则 · 二、五年连着编 · 三、怎样读 · 四、设定了什么 · 五、比例高一点，五年以后呢 · 六、什么时候会走不通 ·
# 七、明年的起点

# %%
import rotation_planner as rp

# %% [markdown]
# ## 一、数据和规则 · Data and rules
#
# 数据是海棠区的，规则用 [new_city](new_city.ipynb) 里写好的那一份：城区教师满六年的，每年交流不低于符合条件人数的10%。
#
# ## 二、五年连着编 · Five years in a row

# %%
scenario = rp.load_scenario("../scenarios/haitang", policy_file="our_city.yaml")
tenth = rp.horizon(scenario, 5)
tenth

# %% [markdown]
# ## 三、怎样读 · How to read it
#
# “先要知道的”只有一两句：五年里有没有哪一年走不通；走不通，今年要做什么。这里五年都走得通。
#
# 再看各学年的表，要紧的是两栏：“应交流”和“结转”。每年只走10%，符合条件的却年年增加，结转的人从89涨到136，
# 欠账越欠越多。
#
# 图上颜色越深人越多：左边是应交流的，中间是实际交流的，右边是结转下年的；上图是各校，下图是各学科。哪所学校、
# 哪个学科哪一年会起一个波峰，一眼看得出来。
#
# ## 四、设定了什么 · What is assumed
#
# 往后的事要有设定：退休按现行的延迟退休办法逐月推算，空出的岗位补新教师，期满怎么办照规则。用了哪些设定、为什么，
# 全写在结果里；要改成本区的，把下面这段存成文件，改好交回来（`assume="文件"`）：

# %%
tenth.assumptions

# %% [markdown]
# ## 五、比例高一点，五年以后呢 · A higher share, five years on
#
# 把10%提高到45%，别的都不变：

# %%
higher = {"city-tenth": {"at_least": "45%"}}
faster = rp.load_scenario("../scenarios/haitang", adjust=higher, policy_file="our_city.yaml")
rp.horizon(faster, 5)

# %% [markdown]
# 头一年多动35人，欠账当年就压到54人，以后稳定在三四十人，每年动的也就是三十几人。原来那样每年只动十几人，
# 五年以后还有一百多人等着。两条路花的力气不一样，出来的五年也不一样，这就是要拿到会上说的。
#
# ## 六、什么时候会走不通 · When it becomes impossible
#
# 比例也不是越高越好。定到85%，只看两年：

# %%
highest = {"city-tenth": {"at_least": "85%"}}
tight = rp.load_scenario("../scenarios/haitang", adjust=highest, policy_file="our_city.yaml")
rp.horizon(tight, 2)

# %% [markdown]
# 头一年还能做到，第二年就没有方案了：能走的大多走过，剩下的凑不够85%。程序先回头找，看前几年换个安排能不能避开；
# 找到了，就写明哪一年要做什么。这里没有，就照实说那一年要批准例外，并开出价目：比例降到多少、登记哪几个人例外、
# 或者那一年不执行，每一种都重新算过，确实有方案。
#
# ## 七、明年的起点 · Where next year starts
#
# 一年做完了，今年的方案加上今年的数据，就是明年的数据：谁到了新学校、谁退休、谁期满返回，一笔一笔改好，
# 成为明年的文件夹。

# %%
outcome = rp.make_plan(scenario)
rp.roll(scenario, outcome.plan)

# %% [markdown]
# “留待经办人核对”的，是数据和规则都没有写明、程序不敢自作主张的地方。加上 `out="文件夹"`，明年的场景就写在那里，
# 改好名册上的变动，再从 [yearly_plan](yearly_plan.ipynb) 第一步做起。
#
# ---
#
# **In English.** Five school years in a row on one set of rules: service and ages grow, people retire, stints end,
# new teachers come by a declared assumption, and each year is planned with an eye on those behind it. With a tenth of
# the eligible each year the backlog grows from 89 to 136; with 45 % it falls to some forty; with 85 % the second year
# has no plan at all, and the page says what can be done in time, or at what price a rule has to give. At the end the
# year rolled over: this year's plan and data become next year's.
